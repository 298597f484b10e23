// Several mistakes in the arguments of one component.
import * as care from "@ohcnetwork/care";

new care.RedisStack("redis", {
    placement: { clusterArn: "cluster", vpcId: "vpc-1", subnetIds: ["subnet-1"], cpuArchitecture: "MIPS" },
    namespaceArn: "namespace",
    dnsName: "Redis Stack",
    image: "redis-stack-server",
    cpu: 1000,
    memory: 3072,
});
