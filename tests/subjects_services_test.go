package tests

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// first changes the first container.
func first(change func(*components.Container)) func(*components.FargateServiceArgs) {
	return func(a *components.FargateServiceArgs) { change(&a.Containers[0]) }
}

var wrongServices = map[string]func(*components.FargateServiceArgs){
	`kmsKeyArn = "alias/care"`: func(a *components.FargateServiceArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
	`permissionsBoundaryArn = "boundary"`: func(a *components.FargateServiceArgs) {
		a.PermissionsBoundaryArn = pulumi.String("boundary")
	},
	"clusterArn = null":        func(a *components.FargateServiceArgs) { a.ClusterArn = nil },
	"vpcId = null":             func(a *components.FargateServiceArgs) { a.VpcId = nil },
	"subnetIds = null":         func(a *components.FargateServiceArgs) { a.SubnetIds = nil },
	"number of containers = 0": func(a *components.FargateServiceArgs) { a.Containers = nil },
	"must be one of X86_64":    func(a *components.FargateServiceArgs) { a.CpuArchitecture = "x86" },
	"cpu = 300":                func(a *components.FargateServiceArgs) { a.Cpu, a.Memory = 300, 1024 },
	"memory = 1000":            func(a *components.FargateServiceArgs) { a.Cpu, a.Memory = 256, 1000 },
	"no size of Fargate holds": func(a *components.FargateServiceArgs) {
		a.Containers[0].Cpu = 16384
		a.Containers = append(a.Containers, components.Container{Name: "b", Image: pulumi.String(image), Cpu: 1})
	},
	"desiredCount = -1": func(a *components.FargateServiceArgs) { count := -1; a.DesiredCount = &count },
	"singleton has at most one task": func(a *components.FargateServiceArgs) {
		count := 2
		a.DesiredCount, a.Singleton = &count, true
	},
	"must not run on Spot":    func(a *components.FargateServiceArgs) { a.Singleton, a.Spot = true, true },
	"internetEgressPorts = 0": func(a *components.FargateServiceArgs) { a.InternetEgressPorts = []int{0} },
	"internetEgressPorts = [": func(a *components.FargateServiceArgs) { a.InternetEgressPorts = []int{443, 443} },
	"logGroupPrefix":          func(a *components.FargateServiceArgs) { a.LogGroupPrefix = "x" },
	"logRetentionDays = 2":    func(a *components.FargateServiceArgs) { a.LogRetentionDays = 2 },
	`serviceName = "a b"`:     func(a *components.FargateServiceArgs) { a.ServiceName = "a b" },
	`family = "a/b"`:          func(a *components.FargateServiceArgs) { a.Family = "a/b" },
	"connects[\"redis\"].port": func(a *components.FargateServiceArgs) {
		c := redisConnection()
		c.Port = pulumi.Int(0)
		a.Connects = map[string]components.ConnectionInput{"redis": c}
	},
	`connects["Redis"]`: func(a *components.FargateServiceArgs) {
		a.Connects = map[string]components.ConnectionInput{"Redis": redisConnection()}
	},
	`connects["redis"] = null`: func(a *components.FargateServiceArgs) {
		a.Connects = map[string]components.ConnectionInput{"redis": nil}
	},
	"fingerprint = null": func(a *components.FargateServiceArgs) {
		c := redisConnection()
		c.Fingerprint = nil
		a.Connects = map[string]components.ConnectionInput{"redis": c}
	},
	`waitFor["x"] = null`: func(a *components.FargateServiceArgs) {
		a.WaitFor = map[string]pulumi.StringInput{"x": nil}
	},
	`containers["App"].name`: first(func(c *components.Container) { c.Name = "App" }),
	"must be a full image":   first(func(c *components.Container) { c.Image = nil }),
	".cpu = -1":              first(func(c *components.Container) { c.Cpu = -1 }),
	".stopTimeout = 121":     first(func(c *components.Container) { c.StopTimeout = 121 }),
	"must be essential":      first(func(c *components.Container) { c.NonEssential = true }),
	`environment["A-B"]`: first(func(c *components.Container) {
		c.Environment = map[string]pulumi.StringInput{"A-B": pulumi.String("")}
	}),
	`environment["A"] = null`: first(
		func(c *components.Container) { c.Environment = map[string]pulumi.StringInput{"A": nil} },
	),
	`secrets["A"].store`: first(
		func(c *components.Container) { c.Secrets = map[string]components.SecretReference{"A": {}} },
	),
	"containerPort = 70000": first(
		func(c *components.Container) { c.PortMappings = []components.PortMapping{{ContainerPort: 70000}} },
	),
	`.appProtocol = "redis"`: first(func(c *components.Container) {
		c.PortMappings = []components.PortMapping{{ContainerPort: 1, AppProtocol: "redis"}}
	}),
	`.name = "A"`: first(func(c *components.Container) {
		c.PortMappings = []components.PortMapping{{ContainerPort: 1, Name: "A"}}
	}),
	"CMD, CMD-SHELL": first(
		func(c *components.Container) { c.HealthCheck = &components.HealthCheck{Command: []string{"curl"}} },
	),
	".retries = 12": first(func(c *components.Container) {
		c.HealthCheck = &components.HealthCheck{Command: []string{"CMD", "x"}, Retries: 12}
	}),
	".startPeriod = 301": first(func(c *components.Container) {
		c.HealthCheck = &components.HealthCheck{Command: []string{"CMD", "x"}, StartPeriod: 301}
	}),
	"a container of the same": first(func(c *components.Container) {
		c.DependsOn = []components.ContainerDependency{{ContainerName: "b", Condition: "START"}}
	}),
	"START, HEALTHY, COMPLETE": first(func(c *components.Container) {
		c.DependsOn = []components.ContainerDependency{{ContainerName: "app", Condition: "DONE"}}
	}),
	"must not wait for itself": first(func(c *components.Container) {
		c.DependsOn = []components.ContainerDependency{{ContainerName: "app", Condition: "START"}}
	}),
	"does not exist": first(func(c *components.Container) {
		c.MountPoints = []components.MountPoint{{SourceVolume: "x", ContainerPath: "/x"}}
	}),
	"volumes[\"x\"].fileSystem": func(a *components.FargateServiceArgs) { a.Volumes = []components.Volume{{Name: "x"}} },
	"serviceConnect.mode": func(a *components.FargateServiceArgs) {
		a.ServiceConnect = &components.ServiceConnect{Mode: "Server"}
	},
	"namespaceArn = null": func(a *components.FargateServiceArgs) {
		a.ServiceConnect = &components.ServiceConnect{Mode: components.ServiceConnectClient}
	},
	"at least one endpoint": func(a *components.FargateServiceArgs) {
		a.ServiceConnect = &components.ServiceConnect{
			Mode:         components.ServiceConnectClientServer,
			NamespaceArn: pulumi.String(namespaceArn),
		}
	},
	"is a Service Connect endpoint": func(a *components.FargateServiceArgs) {
		a.ServiceConnect, a.Connects = &components.ServiceConnect{Mode: components.ServiceConnectOff}, connects("redis")
	},
	"containers[].name": func(a *components.FargateServiceArgs) { a.Containers = append(a.Containers, a.Containers[0]) },
	"must map this port": func(a *components.FargateServiceArgs) {
		a.LoadBalancer = &components.LoadBalancerTarget{
			TargetGroupArn: pulumi.String("x"), SecurityGroupId: pulumi.String("x"), ContainerName: "app", ContainerPort: 80,
		}
	},
	"loadBalancer.targetGroupArn": func(a *components.FargateServiceArgs) {
		a.LoadBalancer = &components.LoadBalancerTarget{}
	},
}

// endpoint changes the one endpoint.
func endpoint(change func(*components.ServiceConnectEndpoint)) func(*components.FargateServiceArgs) {
	return func(a *components.FargateServiceArgs) { change(&a.ServiceConnect.Endpoints[0]) }
}

var wrongRichServices = map[string]func(*components.FargateServiceArgs){
	"name of a container's port mapping": endpoint(func(e *components.ServiceConnectEndpoint) { e.PortName = "https" }),
	`.discoveryName = "A"`:               endpoint(func(e *components.ServiceConnectEndpoint) { e.DiscoveryName = "A" }),
	`.dnsName = ""`: endpoint(func(e *components.ServiceConnectEndpoint) {
		e.DnsName = pulumi.String("")
	}),
	".port = 0": endpoint(func(e *components.ServiceConnectEndpoint) { e.Port = 0 }),
	"endpoints[].discoveryName": func(a *components.FargateServiceArgs) {
		a.ServiceConnect.Endpoints = append(a.ServiceConnect.Endpoints, a.ServiceConnect.Endpoints[0])
	},
	"cpu = 256": func(a *components.FargateServiceArgs) { a.Cpu, a.Memory = 256, 1024 },
	"memory = 512": func(a *components.FargateServiceArgs) {
		a.Containers[0].Cpu, a.Containers[0].Memory, a.Cpu, a.Memory = 0, 512, 256, 512
	},
	"keep it in secrets only": func(a *components.FargateServiceArgs) {
		a.Containers[0].Environment["TOKEN"] = pulumi.String("x")
	},
	"SUCCESS needs a container": func(a *components.FargateServiceArgs) { a.Containers[1].NonEssential = false },
	"HEALTHY needs a healthCheck": func(a *components.FargateServiceArgs) {
		a.Containers[0].DependsOn[0].Condition = "HEALTHY"
	},
	"must begin with a slash": func(a *components.FargateServiceArgs) {
		a.Containers[0].MountPoints[0].ContainerPath = "data"
	},
	"must be one of data": func(a *components.FargateServiceArgs) {
		a.Containers[0].MountPoints[0].SourceVolume = "other"
	},
	"volumes[].name": func(a *components.FargateServiceArgs) {
		a.Volumes = append(a.Volumes, a.Volumes[0])
	},
	"HealthCheckGracePeriodSeconds": func(a *components.FargateServiceArgs) {
		a.LoadBalancer.HealthCheckGracePeriodSeconds = -1
	},
}

// scaled asks for scaling that is sound, and changes it.
func scaled(change func(*components.FargateServiceArgs)) func(*components.FargateServiceArgs) {
	return func(a *components.FargateServiceArgs) {
		a.Scaling = &components.Scaling{MinCount: 1, MaxCount: 2, CpuPercent: 60}
		change(a)
	}
}

// measured asks for scaling by a metric that is sound, and changes it.
func measured(change func(*components.SharedMetric)) func(*components.FargateServiceArgs) {
	return scaled(func(a *components.FargateServiceArgs) {
		a.Scaling.Metric = &components.SharedMetric{Namespace: "care/test", Name: "QueueLength", PerTask: 10}
		change(a.Scaling.Metric)
	})
}

// scheduled asks for a time that is sound, and changes it.
func scheduled(change func(*components.ScheduledCount)) func(*components.FargateServiceArgs) {
	return scaled(func(a *components.FargateServiceArgs) {
		at := components.ScheduledCount{Name: "evening", Expression: "cron(0 20 * * ? *)"}
		change(&at)
		a.Scaling.Schedule = []components.ScheduledCount{at}
	})
}

var wrongScalings = map[string]func(*components.FargateServiceArgs){
	"scaling.minCount = -1": scaled(func(a *components.FargateServiceArgs) { a.Scaling.MinCount = -1 }),
	"scaling.maxCount = 1": scaled(
		func(a *components.FargateServiceArgs) { a.Scaling.MinCount, a.Scaling.MaxCount = 2, 1 },
	),
	"scaling.minCount = 0: scaling":  scaled(func(a *components.FargateServiceArgs) { a.Scaling.MinCount = 0 }),
	"must name a load or a time":     scaled(func(a *components.FargateServiceArgs) { a.Scaling.CpuPercent = 0 }),
	"scaling.cpuPercent = 101":       scaled(func(a *components.FargateServiceArgs) { a.Scaling.CpuPercent = 101 }),
	"scaling.requestsPerTarget = -1": scaled(func(a *components.FargateServiceArgs) { a.Scaling.RequestsPerTarget = -1 }),
	"requestCountLabel = null":       scaled(func(a *components.FargateServiceArgs) { a.Scaling.RequestsPerTarget = 100 }),
	"desiredCount = 3: must be scaling": scaled(
		func(a *components.FargateServiceArgs) { count := 3; a.DesiredCount = &count },
	),
	`metric.namespace = "AWS/ECS"`:     measured(func(m *components.SharedMetric) { m.Namespace = "AWS/ECS" }),
	`metric.name = ""`:                 measured(func(m *components.SharedMetric) { m.Name = "" }),
	"metric.perTask = 0":               measured(func(m *components.SharedMetric) { m.PerTask = 0 }),
	"metric.otherTasks = -1":           measured(func(m *components.SharedMetric) { m.OtherTasks = -1 }),
	`schedule["A"].name`:               scheduled(func(s *components.ScheduledCount) { s.Name = "A" }),
	`.expression = "0 20 * * *"`:       scheduled(func(s *components.ScheduledCount) { s.Expression = "0 20 * * *" }),
	`.timeZone = "India"`:              scheduled(func(s *components.ScheduledCount) { s.TimeZone = "India" }),
	`schedule["evening"].maxCount = 0`: scheduled(func(s *components.ScheduledCount) { s.MinCount = 1 }),
	"schedule[].name": scaled(func(a *components.FargateServiceArgs) {
		at := components.ScheduledCount{Name: "x", Expression: "at(2026-01-01T00:00:00)"}
		a.Scaling.Schedule = []components.ScheduledCount{at, at}
	}),
}

var wrongRedises = map[string]func(*components.RedisStackArgs){
	`placement.kmsKeyArn = "alias/care"`: func(a *components.RedisStackArgs) {
		a.Placement.KmsKeyArn = pulumi.String("alias/care")
	},
	`schedule["x"].maxCount = 2`: func(a *components.RedisStackArgs) {
		a.Schedule = []components.ScheduledCount{{Name: "x", Expression: "cron(0 8 * * ? *)", MinCount: 1, MaxCount: 2}}
	},
	"placement.clusterArn = null": func(a *components.RedisStackArgs) { a.Placement.ClusterArn = nil },
	"placement.vpcId = null":      func(a *components.RedisStackArgs) { a.Placement.VpcId = nil },
	"placement.subnetIds = null":  func(a *components.RedisStackArgs) { a.Placement.SubnetIds = nil },
	"placement.cpuArchitecture":   func(a *components.RedisStackArgs) { a.Placement.CpuArchitecture = "arm" },
	"placement.logGroupPrefix":    func(a *components.RedisStackArgs) { a.Placement.LogGroupPrefix = "x" },
	"placement.logRetentionDays":  func(a *components.RedisStackArgs) { a.Placement.LogRetentionDays = 2 },
	"namespaceArn = null":         func(a *components.RedisStackArgs) { a.NamespaceArn = nil },
	`dnsName = ""`:                func(a *components.RedisStackArgs) { a.DnsName = pulumi.String("") },
	"must have a tag": func(a *components.RedisStackArgs) {
		a.Image = pulumi.String("docker.io/redis/redis-stack-server")
	},
	"memory = 1000: with 512 CPU": func(a *components.RedisStackArgs) { a.Memory = 1000 },
	"proxy takes 256":             func(a *components.RedisStackArgs) { a.Cpu, a.Memory = 256, 1024 },
	`password = "…"`: func(a *components.RedisStackArgs) {
		a.Password, a.SecretsPath = pulumi.String("x"), "/care"
	},
	`secretsPath = "": is required`: func(a *components.RedisStackArgs) { a.Password = secret(redisPassword) },
	`meter.metricNamespace = ""`:    func(a *components.RedisStackArgs) { a.Meter = &components.RedisMeter{} },
	`meter.queues = "a b"`: func(a *components.RedisStackArgs) {
		a.Meter = &components.RedisMeter{MetricNamespace: "care/x", Queues: []string{"a b"}}
	},
	`meter.queues = ["a","a"]`: func(a *components.RedisStackArgs) {
		a.Meter = &components.RedisMeter{MetricNamespace: "care/x", Queues: []string{"a", "a"}}
	},
	"persistence.subnetIds = null": func(a *components.RedisStackArgs) { a.Persistence = &components.RedisPersistence{} },
	`subnetIds["ap-south-1a"] = null`: func(a *components.RedisStackArgs) {
		a.Persistence = &components.RedisPersistence{SubnetIds: map[string]pulumi.StringInput{"ap-south-1a": nil}}
	},
}

var wrongCares = map[string]func(*components.CareArgs){
	`placement.permissionsBoundaryArn = "boundary"`: func(a *components.CareArgs) {
		a.Placement.PermissionsBoundaryArn = pulumi.String("boundary")
	},
	"scaling.maxCount = 0": func(a *components.CareArgs) {
		a.Scaling = &components.Scaling{
			MinCount: 1,
			Schedule: []components.ScheduledCount{{Name: "x", Expression: "cron(0 8 * * ? *)"}},
		}
	},
	"placement.clusterArn = null":     func(a *components.CareArgs) { a.Placement.ClusterArn = nil },
	"image.image":                     func(a *components.CareArgs) { a.Image.Image = "care" },
	"image.variables = null":          func(a *components.CareArgs) { a.Image.Variables = nil },
	"image.secrets = null":            func(a *components.CareArgs) { a.Image.Secrets = nil },
	"entrance.listenerArn = null":     func(a *components.CareArgs) { a.Entrance.ListenerArn = nil },
	"entrance.hostName = null":        func(a *components.CareArgs) { a.Entrance.HostName = nil },
	"entrance.securityGroupId = null": func(a *components.CareArgs) { a.Entrance.SecurityGroupId = nil },
	"memory = 512":                    func(a *components.CareArgs) { a.Cpu, a.Memory = 512, 512 },
	"proxy takes 256":                 func(a *components.CareArgs) { a.Cpu, a.Memory = 256, 512 },
	"connects = null":                 func(a *components.CareArgs) { a.Connects = nil },
	"desiredCount = -1":               func(a *components.CareArgs) { count := -1; a.DesiredCount = &count },
	"scaling.maxCount = 1": func(a *components.CareArgs) {
		a.Scaling = &components.Scaling{MinCount: 2, MaxCount: 1, RequestsPerTarget: 100}
	},
	"internetEgressPorts = 0": func(a *components.CareArgs) { a.InternetEgressPorts = []int{0} },
	`connects["Redis"]`:       func(a *components.CareArgs) { a.Connects["Redis"] = redisConnection() },
	`connects["postgres"].port`: func(a *components.CareArgs) {
		c := databaseConnection()
		c.Port = pulumi.Int(0)
		a.Connects["postgres"] = c
	},
	`waitFor["celery"] = null`: func(a *components.CareArgs) { a.WaitFor = map[string]pulumi.StringInput{"celery": nil} },
	`family = "a b"`:           func(a *components.CareArgs) { a.Family = "a b" },
	`["A"] = null`:             func(a *components.CareArgs) { a.Image.Variables["A"] = nil },
	`["A"].store`:              func(a *components.CareArgs) { a.Image.Secrets["A"] = components.SecretReference{} },
}

var wrongCeleries = map[string]func(*components.CeleryArgs){
	`schedule["x"].maxCount = 2`: func(a *components.CeleryArgs) {
		a.Schedule = []components.ScheduledCount{{Name: "x", Expression: "cron(0 8 * * ? *)", MinCount: 1, MaxCount: 2}}
	},
	`schedule["x"].expression`: func(a *components.CeleryArgs) {
		a.Schedule = []components.ScheduledCount{{Name: "x", MaxCount: 1}}
	},
	"placement.vpcId = null":   func(a *components.CeleryArgs) { a.Placement.VpcId = nil },
	"image.image":              func(a *components.CeleryArgs) { a.Image.Image = "" },
	"memory = 1024":            func(a *components.CeleryArgs) { a.Cpu, a.Memory = 1024, 1024 },
	"the containers need 512":  func(a *components.CeleryArgs) { a.Cpu, a.Memory = 512, 4096 },
	"the containers need 2048": func(a *components.CeleryArgs) { a.Cpu, a.Memory = 1024, 2048 },
	"connects = null":          func(a *components.CeleryArgs) { a.Connects = nil },
	"internetEgressPorts = 0":  func(a *components.CeleryArgs) { a.InternetEgressPorts = []int{0} },
	`connects["Redis"]`:        func(a *components.CeleryArgs) { a.Connects["Redis"] = redisConnection() },
	`["A"].store`:              func(a *components.CeleryArgs) { a.Image.Secrets["A"] = components.SecretReference{} },
}

var wrongWorkers = map[string]func(*components.CeleryWorkersArgs){
	"placement.vpcId = null":   func(a *components.CeleryWorkersArgs) { a.Placement.VpcId = nil },
	"image.image":              func(a *components.CeleryWorkersArgs) { a.Image.Image = "" },
	"memory = 1024":            func(a *components.CeleryWorkersArgs) { a.Cpu, a.Memory = 1024, 1024 },
	"the containers need 384":  func(a *components.CeleryWorkersArgs) { a.Cpu, a.Memory = 512, 4096 },
	"the containers need 1536": func(a *components.CeleryWorkersArgs) { a.Cpu, a.Memory = 1024, 1024 },
	"connects = null":          func(a *components.CeleryWorkersArgs) { a.Connects = nil },
	"internetEgressPorts = 0":  func(a *components.CeleryWorkersArgs) { a.InternetEgressPorts = []int{0} },
	`waitFor["celery"] = null`: func(a *components.CeleryWorkersArgs) {
		a.WaitFor = map[string]pulumi.StringInput{"celery": nil}
	},
	"desiredCount = -1": func(a *components.CeleryWorkersArgs) { count := -1; a.DesiredCount = &count },
	"scaling.minCount = 0": func(a *components.CeleryWorkersArgs) {
		a.Scaling = &components.Scaling{MaxCount: 2, CpuPercent: 60}
	},
	"scaling.maxCount = 1": func(a *components.CeleryWorkersArgs) {
		a.Scaling = &components.Scaling{MinCount: 2, MaxCount: 1, CpuPercent: 60}
	},
	"requestCountLabel = null": func(a *components.CeleryWorkersArgs) {
		a.Scaling = &components.Scaling{MinCount: 1, MaxCount: 2, RequestsPerTarget: 60}
	},
}
