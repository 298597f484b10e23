import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const password = config.requireSecret("password");

const zones = aws.getAvailabilityZonesOutput({ state: "available" });

const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true, enableDnsSupport: true });
const gateway = new aws.ec2.InternetGateway("gateway", { vpcId: vpc.id });
const routes = new aws.ec2.RouteTable("routes", {
    vpcId: vpc.id,
    routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }],
});
const subnet = new aws.ec2.Subnet("subnet", {
    vpcId: vpc.id, cidrBlock: "10.0.0.0/24", availabilityZone: zones.names[0],
});
const association = new aws.ec2.RouteTableAssociation("association", { subnetId: subnet.id, routeTableId: routes.id });
const group = new aws.ec2.SecurityGroup("group", {
    vpcId: vpc.id,
    description: "The web service",
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});

const namespace = new aws.servicediscovery.HttpNamespace("namespace", { name: "shop" });
const cluster = new aws.ecs.Cluster("cluster");

const role = new aws.iam.Role("role", {
    assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } }],
    }),
});
const attachment = new aws.iam.RolePolicyAttachment("attachment", {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
});
new aws.ssm.Parameter("secret", { type: "SecureString", value: password });

const task = new aws.ecs.TaskDefinition("task", {
    family: "web",
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: role.arn,
    containerDefinitions: JSON.stringify([{
        name: "web",
        image: "public.ecr.aws/nginx/nginx:1.27",
        essential: true,
        portMappings: [{ name: "http", containerPort: 80, appProtocol: "http" }],
    }]),
});
const service = new aws.ecs.Service("service", {
    cluster: cluster.arn,
    taskDefinition: task.arn,
    launchType: "FARGATE",
    desiredCount: 1,
    networkConfiguration: { subnets: [subnet.id], securityGroups: [group.id], assignPublicIp: true },
    serviceConnectConfiguration: {
        enabled: true,
        namespace: namespace.arn,
        services: [{
            portName: config.get("portName") ?? "http",
            discoveryName: "web",
            clientAlias: [{ port: 80, dnsName: "web" }],
        }],
    },
}, { dependsOn: [association, attachment] });

export const serviceName = service.name;
export { password };
