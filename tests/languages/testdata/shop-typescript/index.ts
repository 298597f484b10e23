// A Redis whose image, name and password come from other resources, and a service of one's own that connects to it.
import * as care from "@ohcnetwork/care";
import * as pulumi from "@pulumi/pulumi";

// These are the classes of the SDKs for aws and random, as far as they are used here.
class Repository extends pulumi.CustomResource {
    declare readonly repositoryUrl: pulumi.Output<string>;
    constructor(name: string) {
        super("aws:ecr/repository:Repository", name, { repositoryUrl: undefined });
    }
}
class RandomId extends pulumi.CustomResource {
    declare readonly hex: pulumi.Output<string>;
    constructor(name: string, args: { byteLength: number }) {
        super("random:index/randomId:RandomId", name, { ...args, hex: undefined });
    }
}
class RandomPassword extends pulumi.CustomResource {
    declare readonly result: pulumi.Output<string>;
    constructor(name: string, args: { length: number; special: boolean }) {
        super("random:index/randomPassword:RandomPassword", name, { ...args, result: undefined },
            { additionalSecretOutputs: ["result"] });
    }
}
class Parameter extends pulumi.CustomResource {
    declare readonly arn: pulumi.Output<string>;
    constructor(name: string, args: { name: string; type: string; value: pulumi.Input<string> }) {
        super("aws:ssm/parameter:Parameter", name, { ...args, arn: undefined });
    }
}

const images = new Repository("images");
const suffix = new RandomId("suffix", { byteLength: 4 });
const password = new RandomPassword("password", { length: 32, special: false });
const namespaceName = pulumi.interpolate`shop-${suffix.hex}`;

const network = new care.Vpc("shop", {
    availabilityZones: ["ap-south-1a", "ap-south-1b"],
    natGateways: care.NatGateways.None,
});
const cluster = new care.Cluster("shop");
const placement = {
    clusterArn: cluster.arn,
    vpcId: network.vpcId,
    subnetIds: network.applicationSubnetIds,
    assignPublicIp: network.assignPublicIp,
};
const namespace = new care.Namespace("shop", { name: namespaceName });
const redis = new care.RedisStack("redis", {
    placement,
    namespaceArn: namespace.arn,
    dnsName: pulumi.interpolate`redis.${namespaceName}`,
    image: pulumi.interpolate`${images.repositoryUrl}:redis-stack-server-7.4`,
    password: password.result,
    secretsPath: "/shop",
});
const url = new Parameter("url", { name: "/shop/redis-url", type: "SecureString", value: redis.url });
const web = new care.FargateService("web", {
    ...placement,
    containers: [{
        name: "web",
        image: pulumi.interpolate`${images.repositoryUrl}:web-1`,
        secrets: { REDIS_URL: { store: "ssm", valueFrom: url.arn, arn: url.arn } },
    }],
    connects: { redis: redis.connection },
});

export const redisUrl = redis.url;
export const service = web.name;
