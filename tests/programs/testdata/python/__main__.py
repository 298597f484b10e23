import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
password = config.require_secret("password")

zones = aws.get_availability_zones_output(state="available")

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, enable_dns_support=True)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
routes = aws.ec2.RouteTable(
    "routes", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}]
)
subnet = aws.ec2.Subnet(
    "subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone=zones.names[0]
)
association = aws.ec2.RouteTableAssociation("association", subnet_id=subnet.id, route_table_id=routes.id)
group = aws.ec2.SecurityGroup(
    "group",
    vpc_id=vpc.id,
    description="The web service",
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)

namespace = aws.servicediscovery.HttpNamespace("namespace", name="shop")
cluster = aws.ecs.Cluster("cluster")

role = aws.iam.Role(
    "role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                }
            ],
        }
    ),
)
attachment = aws.iam.RolePolicyAttachment(
    "attachment",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
)
aws.ssm.Parameter("secret", type="SecureString", value=password)

task = aws.ecs.TaskDefinition(
    "task",
    family="web",
    cpu="256",
    memory="512",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    execution_role_arn=role.arn,
    container_definitions=json.dumps(
        [
            {
                "name": "web",
                "image": "public.ecr.aws/nginx/nginx:1.27",
                "essential": True,
                "portMappings": [{"name": "http", "containerPort": 80, "appProtocol": "http"}],
            }
        ]
    ),
)
service = aws.ecs.Service(
    "service",
    cluster=cluster.arn,
    task_definition=task.arn,
    launch_type="FARGATE",
    desired_count=1,
    network_configuration={
        "subnets": [subnet.id],
        "security_groups": [group.id],
        "assign_public_ip": True,
    },
    service_connect_configuration={
        "enabled": True,
        "namespace": namespace.arn,
        "services": [
            {
                "port_name": config.get("portName") or "http",
                "discovery_name": "web",
                "client_alias": [{"port": 80, "dns_name": "web"}],
            }
        ],
    },
    opts=pulumi.ResourceOptions(depends_on=[association, attachment]),
)

pulumi.export("serviceName", service.name)
pulumi.export("password", password)
