package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(dashboardKind)

func dashboardKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchDashboard, Args: cloudwatch.DashboardArgs{}, State: cloudwatch.DashboardState{},
		Facts:    charged(standin.Monthly("cloudwatch-dashboard-month")),
		Global:   true,
		Replaces: []string{"dashboardName"},
		Json:     []string{"dashboardBody"},
		Checks:   []standin.CheckRule{cloudwatchDashboard},
		Id:       by("dashboardName"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"dashboardArn": globalArn(o, "cloudwatch", "dashboard/"+o.In("dashboardName").Text())}
		},
	}
}
