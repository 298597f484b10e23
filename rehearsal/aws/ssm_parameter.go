package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(parameterKind)

func parameterKind() standin.Kind {
	return standin.Kind{
		Token: token.SsmParameter, Args: ssm.ParameterArgs{}, State: ssm.ParameterState{},
		Facts:    standin.Facts{Takes: quick, Charge: parameterCharge, Loss: parameterLoss},
		Name:     standin.Naming{Property: "name"},
		Computed: []string{"arn", "dataType", "insecureValue", "keyId", "overwrite", "tier", "value"},
		Replaces: []string{"dataType", "name"},
		Diff:     parameterDiff,
		Checks:   []standin.CheckRule{ssmParameterName, ssmParameterType, ssmParameterValue, ssmAllowedPattern},
		Refs:     []standin.Ref{ofData(token.SsmParameter)},
		Rules:    keyRules(),
		Secrets:  []string{"value"},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "ParameterAlreadyExists", Rule: "a parameter's name is unique in the account and region",
			Ignore: overwrites,
		}},
		Moves: map[string][]string{
			"version": {"allowedPattern", "dataType", "description", "insecureValue", "keyId", "tier", "type", "value"},
		},
		Id: by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			version := 1
			if o.Old != nil {
				version = o.Old.Out("version").Int() + 1
			}
			out := standin.Props{
				"arn":     arn(o, "ssm", "parameter/"+strings.TrimPrefix(o.In("name").Text(), "/")),
				"version": version, "dataType": "text", "tier": "Standard",
			}
			if o.In("type").Text() == "SecureString" {
				out["keyId"] = "alias/aws/ssm"
			}
			if o.In("value").Missing() {
				out["value"] = o.In("insecureValue")
			}
			return out
		},
	}
}

func overwrites(o *standin.Op, _ *standin.Resource) bool { return o.In("overwrite").Bool() }

// parameterDiff: a parameter of the advanced tier cannot go back to the standard one
// (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html).
func parameterDiff(d *standin.Delta) {
	if d.Old.At("tier").Text() == "Advanced" && d.In("tier").Text() == "Standard" {
		d.Replace("tier", true)
	}
}

// parameterCharge: https://aws.amazon.com/systems-manager/pricing/; standard parameters are free.
func parameterCharge(t standin.Tally, r *standin.Resource) {
	if r.Out("tier").Text() == "Advanced" {
		t.Add(r, 1, "ssm-advanced-parameter-month")
	}
}

func parameterLoss(property standin.Properties) string {
	if property("type") != "SecureString" {
		return ""
	}
	return "the secret value it keeps"
}
