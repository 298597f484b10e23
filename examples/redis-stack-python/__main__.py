"""Runs Redis Stack and one client of it on ECS, in a network of their own."""

import ohcnetwork_care as care
import pulumi

# The namespace is not Care's, so that both can be in one account and region.
NAMESPACE_NAME = "demo-ns"
LOG_GROUP_PREFIX = "/ecs/demo"

# Without NAT gateways tasks have public addresses, and security groups refuse all traffic from the internet.
network = care.Vpc(
    "demo-vpc",
    availability_zones=["ap-south-1a", "ap-south-1b"],
    nat_gateways=care.NatGateways.NONE,
)
cluster = care.Cluster("demo", log_group_prefix=LOG_GROUP_PREFIX)

namespace = care.Namespace("demo-ns", name=NAMESPACE_NAME)
redis = care.RedisStack(
    "redis",
    placement={
        "cluster_arn": cluster.arn,
        "vpc_id": network.vpc_id,
        "subnet_ids": network.application_subnet_ids,
        "assign_public_ip": network.assign_public_ip,
        "log_group_prefix": LOG_GROUP_PREFIX,
    },
    namespace_arn=namespace.arn,
    dns_name=pulumi.Output.concat("redis.", namespace.name),
)

# The client pings Redis every half minute. That it connects to Redis stands once, in connects.
client = care.FargateService(
    "client",
    cluster_arn=cluster.arn,
    vpc_id=network.vpc_id,
    subnet_ids=network.application_subnet_ids,
    assign_public_ip=network.assign_public_ip,
    log_group_prefix=LOG_GROUP_PREFIX,
    containers=[
        {
            "name": "client",
            "image": "docker.io/redis/redis-stack-server:6.2.6-v10",
            "entry_point": ["sh", "-c"],
            "command": ['while redis-cli -u "$REDIS_URL" ping; do sleep 30; done'],
            "environment": {"REDIS_URL": redis.url},
            "init_process": True,
        }
    ],
    connects={"redis": redis.connection},
)

pulumi.export("redisEndpoint", redis.endpoint)
pulumi.export("clientLogGroups", client.log_group_names)
