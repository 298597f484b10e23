package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(accessPointKind)

func accessPointKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsAccessPoint, Args: efs.AccessPointArgs{}, State: efs.AccessPointState{},
		Facts: standin.Facts{
			Takes: quick, Charge: standin.Free,
			Loss: standin.Always(
				"the way to the files, which stay where they are: another access point may see another directory",
			),
		},
		Computed: []string{"rootDirectory"},
		Replaces: []string{"fileSystemId", "posixUser", "rootDirectory"},
		Checks:   []standin.CheckRule{efsAccessPoint},
		Refs:     []standin.Ref{toFileSystem("fileSystemId")},
		Id:       minted("fsap"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "elasticfilesystem",
					"access-point/"+o.Id), "fileSystemArn": fileSystemArn(o), "ownerId": ident.Account,
				"rootDirectory": standin.Props{"path": "/"},
			}
		},
	}
}
