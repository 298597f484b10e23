package aws

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(dbParameterGroupKind)

func dbParameterGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.RdsParameterGroup, Args: rds.ParameterGroupArgs{}, State: rds.ParameterGroupState{},
		Facts:    slow(5*time.Second, "creation, and then its parameters", estimate),
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"description": managedByPulumi, "skipDestroy": false},
		Replaces: []string{"description", "family", "name", "namePrefix"},
		Sets:     []string{"parameters"},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "DBParameterGroupAlreadyExists",
			Rule: "a DB parameter group's name is unique in the account and region",
		}},
		HeldBy: []standin.Hold{{Token: token.RdsInstance, Path: "parameterGroupName"}},
		InUse:  "InvalidDBParameterGroupState",
		Checks: []standin.CheckRule{rdsParameterGroup, rdsParameters},
		Id:     by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "rds", "pg:"+o.Has("name").Text())}
		},
	}
}
