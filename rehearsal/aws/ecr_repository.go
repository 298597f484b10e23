package aws

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(repositoryKind, lifecyclePolicyKind, repositoryPolicyKind)

func repositoryKind() standin.Kind {
	return standin.Kind{
		Token: token.EcrRepository, Args: ecr.RepositoryArgs{}, State: ecr.RepositoryState{},
		Facts:    charged(standin.ByUse("images kept in ECR", "ecr-storage-gb-month")),
		Name:     standin.Naming{Property: "name", Max: 256, Lower: true},
		Defaults: standin.Props{"forceDelete": false, "imageTagMutability": "MUTABLE"},
		Replaces: []string{"encryptionConfigurations", "name"},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "RepositoryAlreadyExistsException",
			Rule: "a repository's name is unique in the registry",
		}},
		Checks: []standin.CheckRule{ecrRepository},
		Id:     by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			name := o.In("name").Text()
			return standin.Props{
				"arn": arn(o, "ecr",
					"repository/"+name), "registryId": ident.Account, "repositoryUrl": registry(o.Scope) + "/" + name,
			}
		},
	}
}

// registry is the host of an account's images in a region.
func registry(scope standin.Scope) string {
	suffix := "amazonaws.com"
	if ident.Partition(scope.Region) == "aws-cn" {
		suffix += ".cn"
	}
	return scope.Account + ".dkr.ecr." + scope.Region + "." + suffix
}

var repositoryName = regexp.MustCompile(`^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`)

var ecrRepository = rule("ecr/repository").OnInputs(func(d *standin.Draft) {
	like(d, "name", form{
		"InvalidParameterException", repositoryName,
		"a repository's name has lower-case letters and digits, with single separators . _ - and / between them", "rename it",
	})
	if name := d.In("name"); name.Known() && len(name.Text()) < 2 {
		d.Refuse(name, "InvalidParameterException", "a repository's name has 2 to 256 characters", "choose a longer name")
	}
	shortEnough(d, "name", "InvalidParameterException", 256)
	among(d, "imageTagMutability", "InvalidParameterException",
		"MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION")
	among(d, "encryptionConfigurations.encryptionType", "InvalidParameterException", "AES256", "KMS", "KMS_DSSE")
})

func lifecyclePolicyKind() standin.Kind {
	return repositoryDocumentKind(token.EcrLifecyclePolicy, ecr.LifecyclePolicyArgs{}, ecr.LifecyclePolicyState{})
}

func repositoryPolicyKind() standin.Kind {
	return repositoryDocumentKind(token.EcrRepositoryPolicy, ecr.RepositoryPolicyArgs{}, ecr.RepositoryPolicyState{})
}

// repositoryDocumentKind returns the kind of a document that a repository has one of.
func repositoryDocumentKind(typ string, args, state any) standin.Kind {
	return standin.Kind{
		Token: typ, Args: args, State: state,
		Facts:    setting,
		Required: []string{"policy"},
		Replaces: []string{"repository"},
		Json:     []string{"policy"},
		Refs: []standin.Ref{
			outside("repository", "RepositoryNotFoundException", standin.Target{Token: token.EcrRepository, By: "name"}),
		},
		Unique: []standin.Unique{{
			By: []string{"repository"}, Code: "InvalidParameterException",
			Rule: "a repository has one document of the kind: the later one overwrites",
			Fix:  "put both into one",
		}},
		Id:      by("repository"),
		Outputs: func(*standin.Op) standin.Props { return standin.Props{"registryId": ident.Account} },
	}
}
