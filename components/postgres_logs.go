package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// postgresLogs are the logs of PostgreSQL that RDS exports: those of the server, and of upgrades to a major version
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html).
var postgresLogs = []string{"postgresql", "upgrade"}

// nameInstance sets the names of a database. The first one has an identifier if its logs are exported, because the
// names of their log groups contain it and the groups must exist before the database: RDS creates a missing one itself,
// and keeps its logs forever (https://github.com/hashicorp/terraform-provider-aws/issues/5348). Without exported logs
// Pulumi chooses one. A restored database always has an identifier, so that its logs can be exported later.
func (b *postgresBuilder) nameInstance(i *postgresInstance) {
	i.name = b.name
	switch {
	case i.restore != "":
		i.name = b.child(i.restore)
		i.identifier = pulumi.Sprintf("%s-%s", i.name, b.suffix)
	case b.args.Identifier != "":
		i.identifier = pulumi.String(b.args.Identifier)
	case b.args.ExportLogs:
		i.identifier = pulumi.Sprintf("%s-%s", b.name, b.suffix)
	}
}

// createLogGroups creates the log groups that RDS exports the logs of a database to.
func (b *postgresBuilder) createLogGroups(i *postgresInstance) error {
	if !b.args.ExportLogs {
		return nil
	}
	for _, log := range postgresLogs {
		group, err := cloudwatch.NewLogGroup(b.ctx, i.name+"-"+log, &cloudwatch.LogGroupArgs{
			Name:            pulumi.Sprintf("/aws/rds/instance/%s/%s", i.identifier, log),
			RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
			KmsKeyId:        pointer(b.args.KmsKeyArn),
			Tags:            b.tagged(),
		}, b.options(pulumi.DeleteBeforeReplace(true))...)
		if err != nil {
			return fmt.Errorf("create log group for %s: %w", log, err)
		}
		i.logGroups = append(i.logGroups, group)
	}
	return nil
}

// exports returns the logs to export; nil for none, so that the property is absent.
func (b *postgresBuilder) exports() pulumi.StringArrayInput {
	if !b.args.ExportLogs {
		return nil
	}
	return pulumi.ToStringArray(postgresLogs)
}

// keepIdentifier returns the option that refuses an update which would rename the database. Its address would change,
// and RDS would write to other log groups. A preview refuses it as well, with the identifier to set.
func (b *postgresBuilder) keepIdentifier(i postgresInstance) (pulumi.ResourceOption, error) {
	hook, err := b.ctx.RegisterResourceHook("keep-identifier-of-"+i.name, func(args *pulumi.ResourceHookArgs) error {
		is, wanted := args.OldOutputs["identifier"], args.NewInputs["identifier"]
		if !is.IsString() || !wanted.IsString() || is.StringValue() == wanted.StringValue() {
			return nil
		}
		return fmt.Errorf("identifier = %q: must be %q, which an existing database has; set the identifier of %s to it "+
			"(care:databaseIdentifier of the program)", wanted.StringValue(), is.StringValue(), i.name)
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, fmt.Errorf("keep the identifier: %w", err)
	}
	return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}}), nil
}
