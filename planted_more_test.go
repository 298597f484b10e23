package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// plantedMore are more that happen.
func plantedMore() []planted {
	return []planted{
		{
			number: 69, mistake: "a secret was deleted", plants: []inprocess.Plant{{At: "ssm.Parameter 'care-DATABASE_URL'", Removed: true}},
			says: "unable to retrieve secrets from ssm", names: []string{"ResourceInitializationError", "it was deleted", "secrets.DATABASE_URL", "/care/staging/DATABASE_URL"},
		},
		{
			number: 70, mistake: "the execution role may not write logs",
			plants: []inprocess.Plant{{At: "iam.RolePolicy 'redis-execution'", Edit: swap("logs:CreateLogStream", "logs:DescribeLogStreams")}},
			says:   "may not logs:CreateLogStream", names: []string{"AccessDeniedException", redisService, "iam.Role 'redis-execution'", "/ecs/redis-stack"},
		},
		{
			number: 71, mistake: "the execution role may not pull from ECR",
			config: map[string]string{"care:image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/care:24.43.0"},
			plants: []inprocess.Plant{{At: "iam.RolePolicy 'care-celery-execution'", Edit: swap("ecr:BatchGetImage", "ecr:DescribeImages")}},
			says:   "may not ecr:BatchGetImage", names: []string{"CannotPullContainerError", celeryService, "iam.Role 'care-celery-execution'", "image"},
		},
		{
			number: 72, mistake: "the file system's security group is closed", stack: production,
			plants: []inprocess.Plant{{At: "vpc.SecurityGroupIngressRule 'redis-to-efs-ingress'", Absent: true}},
			says:   "no ingress rule of ec2.SecurityGroup 'redis-sg'", names: []string{"ResourceInitializationError", redisService, "ec2.SecurityGroup 'redis-sg'", "2049"},
		},
		{
			number: 73, mistake: "a NAT gateway in a private subnet", stack: production,
			plants: []inprocess.Plant{{At: "ec2.NatGateway 'care-vpc-nat-ap-south-1a'", Edit: func(w *inprocess.World, in resource.PropertyMap) {
				in["subnetId"] = w.IdOf("ec2.Subnet 'care-vpc-data-ap-south-1a'")
			}}},
			says: "has no route to an internet gateway", names: []string{
				"CannotPullContainerError", "ec2.NatGateway 'care-vpc-nat-ap-south-1a' is in ec2.Subnet 'care-vpc-data-ap-south-1a'", redisService, `image = "docker.io/`,
			},
		},
		{
			number: 74, mistake: "the load balancer asks at another port",
			plants: []inprocess.Plant{{At: careService, Edit: set("loadBalancers[0].containerPort", 8000)}},
			says:   "did not have a container port 8000", names: []string{"InvalidParameterException", careService, "loadBalancers[0].containerPort = 8000"},
		},
		{
			number: 75, mistake: "a container waits for one that is not there",
			validate: fargate(func(a *components.FargateServiceArgs) {
				a.Containers[0].DependsOn = []components.ContainerDependency{{ContainerName: "migrate", Condition: "SUCCESS"}}
			}),
			says: "must name a container of the same task", names: []string{`containers["cache"].dependsOn = "migrate"`},
		},
		{
			number: 76, mistake: "two listener rules have one priority", plants: []inprocess.Plant{{At: "lb.ListenerRule 'care-backend'", Again: true}},
			says: "a priority is used once in a listener", names: []string{"PriorityInUse", "lb.ListenerRule 'care-backend'", "priority = 100"},
		},
		{
			number: 77, mistake: "a public policy on a bucket that blocks them",
			plants: []inprocess.Plant{{At: "s3.BucketPublicAccessBlock 'care-facility'", Edit: set("blockPublicPolicy", true)}},
			says:   "blocked by the BlockPublicPolicy setting", names: []string{"AccessDenied", "s3.BucketPolicy 'care-facility'", "policy"},
		},
		{
			number: 78, mistake: "two stacks with one namespace", second: map[string]string{"care:logGroupPrefix": "/ecs/second"},
			says: "a namespace's name is unique in the account and region", names: []string{"servicediscovery.HttpNamespace 'care-ns'", `name = "care-ns"`, "NamespaceAlreadyExists"},
		},
		{
			number: 79, mistake: "clients come after Redis by luck alone", plants: []inprocess.Plant{{At: redisService, Unawaited: true}},
			says: "was not deployed before this deployment began", names: []string{celeryService, "redis.care-ns:6379", "let this service depend on " + redisService},
		},
	}
}
