// Runs Redis Stack and one client of it on ECS, in a network of their own.
import * as care from "@ohcnetwork/care";
import * as pulumi from "@pulumi/pulumi";

// The namespace is not Care's, so that both can be in one account and region.
const namespaceName = "demo-ns";
const logGroupPrefix = "/ecs/demo";

// Without NAT gateways tasks have public addresses, and security groups refuse all traffic from the internet.
const network = new care.Vpc("demo-vpc", {
    availabilityZones: ["ap-south-1a", "ap-south-1b"],
    natGateways: care.NatGateways.None,
});
const cluster = new care.Cluster("demo", { logGroupPrefix });
const placement = {
    clusterArn: cluster.arn,
    vpcId: network.vpcId,
    subnetIds: network.applicationSubnetIds,
    assignPublicIp: network.assignPublicIp,
    logGroupPrefix,
};

const namespace = new care.Namespace("demo-ns", { name: namespaceName });
const redis = new care.RedisStack("redis", {
    placement,
    namespaceArn: namespace.arn,
    dnsName: pulumi.interpolate`redis.${namespace.name}`,
});

// The client pings Redis every half minute. That it connects to Redis stands once, in connects.
const client = new care.FargateService("client", {
    ...placement,
    containers: [{
        name: "client",
        image: "docker.io/redis/redis-stack-server:6.2.6-v10",
        entryPoint: ["sh", "-c"],
        command: [`while redis-cli -u "$REDIS_URL" ping; do sleep 30; done`],
        environment: { REDIS_URL: redis.url },
        initProcess: true,
    }],
    connects: { redis: redis.connection },
});

export const redisEndpoint = redis.endpoint;
export const clientLogGroups = client.logGroupNames;
