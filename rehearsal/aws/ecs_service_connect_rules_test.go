package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// redis is a container that publishes a port.
func redis(changes in) in {
	return with(app(),
		in{"name": "redis", "portMappings": []any{with(in{"name": "redis", "containerPort": 6379}, changes)}})
}

// server is a service that publishes endpoints.
func (d *deployed) server(task *thing, name string, endpoints ...any) in {
	return d.serviceOf(task, in{
		"name": name, "loadBalancers": nil, "healthCheckGracePeriodSeconds": nil,
		"serviceConnectConfiguration": d.connect(endpoints...),
	})
}

func TestEndpointsAreHeldToTheApi(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	task := d.register("redis", nil, redis(nil), helper(in{"portMappings": []any{
		in{"name": "api", "containerPort": 80, "appProtocol": "http"}, in{"containerPort": 81},
	}}))
	one := func(changes in) []any { return []any{with(endpoint("redis", "redis", "redis.demo", 6379), changes)} }
	api := func(changes in) []any { return []any{with(endpoint("api", "api", "api.demo", 80), changes)} }
	alias := func(changes in) []any {
		return one(in{"clientAlias": []any{with(in{"port": 6379, "dnsName": "redis.demo"}, changes)}})
	}
	authority := func(arn string) in {
		return in{"tls": in{"issuerCertAuthority": in{"awsPcaAuthorityArn": arn}}}
	}
	for name, row := range map[string]struct {
		planted, sound []any
		want           []string
	}{
		"port": {one(in{"portName": "redi"}), one(nil), []string{
			"portName(redi) does not refer to any named PortMapping in the task definition", "services[0].portName",
			"redis, api",
		}},
		"port's form": {one(in{"portName": "Redis"}), one(nil), []string{`services[0].portName = "Redis"`, "lower-case"}},
		"discovery": {
			one(in{"discoveryName": "redis.demo"}), one(in{"discoveryName": "redis_1-a"}),
			[]string{`discoveryName = "redis.demo"`, "lower-case"},
		},
		"long discovery": {
			one(in{"discoveryName": strings.Repeat("a", 65)}), one(in{"discoveryName": strings.Repeat("a", 64)}),
			[]string{"discoveryName", "at most 64"},
		},
		"alias": {alias(in{"dnsName": "Redis.demo"}), alias(in{"dnsName": "redis.demo"}), []string{
			`clientAlias[0].dnsName = "Redis.demo"`,
		}},
		"alias with hyphen": {alias(in{"dnsName": "-redis"}), alias(in{"dnsName": "r-edis"}), []string{
			"doesn't start with a hyphen",
		}},
		"long alias": {
			alias(in{"dnsName": strings.Repeat("a", 128)}), alias(in{"dnsName": strings.Repeat("a", 127)}),
			[]string{"up to 127"},
		},
		"alias's port": {alias(in{"port": 70000}), alias(in{"port": 65535}), []string{"clientAlias[0].port = 70000"}},
		"no alias":     {one(in{"clientAlias": nil}), one(nil), []string{"you must provide at least one clientAlias"}},
		"two aliases": {
			one(in{"clientAlias": []any{in{"port": 1}, in{"port": 2}}}), one(in{"clientAlias": []any{in{"port": 1}}}),
			[]string{"The maximum number of client aliases that you can have in this list is 1"},
		},
		"ingress": {
			one(in{"ingressPortOverride": 1024}), one(in{"ingressPortOverride": 1025}),
			[]string{"IngressPortOverride cannot use ports <= 1024", "ingressPortOverride = 1024"},
		},
		"timeout": {
			one(in{"timeout": in{"idleTimeoutSeconds": 60}}), api(in{"timeout": in{"perRequestTimeoutSeconds": 60}}),
			[]string{"Per request timeout 0 can't be set for tcp application", "services[0].timeout"},
		},
		"certificates": {
			one(authority("arn:aws:acm:ap-south-1:123456789012:certificate/x")),
			one(authority("arn:aws:acm-pca:ap-south-1:123456789012:certificate-authority/x")),
			[]string{"AWS Private Certificate Authority only"},
		},
		"port twice": {
			append(one(nil), one(in{"discoveryName": "other", "clientAlias": []any{in{"port": 1}}})...),
			append(one(nil), api(nil)...),
			[]string{"services[1].portName", "used once"},
		},
		"discovery twice": {
			append(one(nil), api(in{"discoveryName": "redis"})...), append(one(nil), api(nil)...),
			[]string{"services[1].discoveryName", "used once"},
		},
		"default twice": {
			append(one(in{"discoveryName": "api"}), api(in{"discoveryName": nil})...),
			append(one(nil), api(in{"discoveryName": nil})...),
			[]string{"services[1].portName", "used once"},
		},
		"alias twice": {
			append(one(nil), endpoint("api", "api", "redis.demo", 6379)),
			append(one(nil), endpoint("api", "api", "redis.demo", 80)),
			[]string{"services[1].clientAlias[0]", "redis.demo:6379 is there already"},
		},
		"port without a name": {one(in{"portName": ""}), one(nil), []string{"has a portName"}},
	} {
		sound, err := d.try(service, name, d.server(task, "s", row.sound...))
		require.NoError(t, err, name)
		require.NoError(t, d.remove(sound))
		requireReason(t, d.wrong(service, name, d.server(task, "s", row.planted...)),
			append(row.want, "InvalidParameterException: ")...)
	}
}

func TestEndpointsAreUniqueInTheNamespace(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	task := d.register("redis", nil, redis(nil))
	first := d.up(service, "first", d.server(task, "first", endpoint("redis", "redis", "redis.demo", 6379)))
	taken := "SC service is already used by " + d.namespace.out("arn") + ": ecs.Service 'first' has the "
	try := func(e in) []string { return d.wrong(service, "second", d.server(task, "second", e)) }
	requireReason(t, try(endpoint("redis", "redis", "other.demo", 6379)), taken+`discovery name "redis"`,
		`discoveryName = "redis"`, "deleteBeforeReplace")
	requireReason(t, try(endpoint("redis", "other", "redis.demo", 6379)), taken+"client alias redis.demo:6379",
		"clientAlias[0]")
	requireReason(t, try(in{"portName": "redis", "clientAlias": []any{in{"port": 1}}}), taken+`discovery name "redis"`)

	require.Empty(t, try(endpoint("redis", "other", "redis.demo", 6380)))
	byDefault := d.server(task, "third",
		in{"portName": "redis", "discoveryName": "third", "clientAlias": []any{in{"port": 9}}})
	d.up(service, "third", byDefault)
	requireReason(t, d.wrong(service, "fourth", d.server(task, "fourth", endpoint("redis", "fourth", "third.demo", 9))),
		"client alias third.demo:9")

	elsewhere := d.up("servicediscovery/httpNamespace:HttpNamespace", "other", in{"name": "other"})
	apart := in{
		"enabled": true, "namespace": elsewhere.out("arn"),
		"services": []any{endpoint("redis", "redis", "redis.demo", 6379)},
	}
	require.Empty(t, d.wrong(service, "fifth", with(d.server(task, "fifth"), in{"serviceConnectConfiguration": apart})))
	require.NoError(t,
		d.update(first, in{"serviceConnectConfiguration": d.connect(endpoint("redis", "redis", "redis.demo", 6381))}))

	byName := in{"enabled": true, "namespace": "demo", "services": []any{endpoint("redis", "redis", "x", 1)}}
	requireReason(t,
		d.wrong(service, "sixth", with(d.server(task, "sixth"), in{"serviceConnectConfiguration": byName})), taken)
	require.NoError(t, d.remove(first))
	require.Empty(t, d.wrong(service, "sixth", with(d.server(task, "sixth"), in{"serviceConnectConfiguration": byName})))
}

func TestTheClustersDefaultNamespaceIsANamespaceAsWell(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	task := d.register("redis", nil, redis(nil))
	require.NoError(t, d.update(d.cluster, in{"serviceConnectDefaults": in{"namespace": d.namespace.out("arn")}}))
	byDefault := in{"enabled": true, "services": []any{endpoint("redis", "redis", "redis.demo", 6379)}}
	s := d.up(service, "default", with(d.server(task, "default"), in{"serviceConnectConfiguration": byDefault}))
	requireReason(t, d.wrong(service, "second", d.server(task, "second", endpoint("redis", "redis", "b", 1))),
		"SC service is already used by")
	require.ErrorContains(t, d.remove(d.namespace),
		"ResourceInUse: it cannot be deleted while ecs.Service 'default' uses it as the default of ecs.Cluster 'main'")
	require.NoError(t, d.remove(s))
	require.NoError(t, d.remove(d.namespace))
}

func TestANamespaceIsLeftByTurningServiceConnectOff(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	s := d.up(service, "app", d.serviceOf(d.task, nil))
	require.ErrorContains(t, d.remove(d.namespace), "ecs.Service 'app' uses it")
	require.NoError(t, d.update(s, in{"serviceConnectConfiguration": in{"enabled": false}}))
	require.NoError(t, d.remove(d.namespace))
}

func TestTheProxyNeedsItsShareOfTheTask(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	sized := func(name string, cpu, memory int) *thing {
		return d.register(name, nil, with(app(), in{"cpu": cpu, "memory": memory}))
	}
	full, greedy := sized("full", 256, 961), sized("greedy", 257, 960)
	requireReason(t, d.wrong(service, "s", d.serviceOf(full, nil)),
		"by 64 MiB for the Service Connect proxy: the task has 1024 and its containers take 961", "taskDefinition",
		"ecs.TaskDefinition 'full'")
	requireReason(t, d.wrong(service, "s", d.serviceOf(greedy, nil)),
		"needs 256 CPU units that no container has: the task has 512 and its containers take 257")
	require.Empty(t, d.wrong(service, "full", d.serviceOf(full, in{"serviceConnectConfiguration": nil})))
	require.Empty(t, d.wrong(service, "whole", d.serviceOf(sized("whole", 0, 960), nil)))
}

func TestTheProtocolOfAPublishedPortStays(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	tcp := d.register("redis", nil, redis(nil))
	s := d.up(service, "redis", d.server(tcp, "redis", endpoint("redis", "redis", "redis.demo", 6379)))
	same := d.register("redis", nil, redis(in{"protocol": "tcp", "containerPort": 6380}))
	require.NoError(t, d.update(s, in{"taskDefinition": same.out("arn")}))
	http := d.register("redis", nil, redis(in{"appProtocol": "http"}))
	require.ErrorContains(t, d.update(s, in{"taskDefinition": http.out("arn")}),
		"appProtocol and protocol of port redis cannot be changed for a SC service")
	require.NoError(t,
		d.update(s, in{"taskDefinition": http.out("arn"), "serviceConnectConfiguration": in{"enabled": false}}))
}

func TestServiceConnectNeedsANetworkWithRoomForTheProxy(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	on := func(mode string) []string {
		task := d.register(mode, in{"requiresCompatibilities": nil, "networkMode": mode}, app())
		return d.wrong(service, mode, d.serviceOf(task, in{
			"capacityProviderStrategies": nil, "networkConfiguration": nil, "platformVersion": nil, "loadBalancers": nil,
			"healthCheckGracePeriodSeconds": nil,
		}))
	}
	requireReason(t, on("host"), "supports the network modes awsvpc and bridge only")
	require.Empty(t, on("bridge"))
}

func TestAPreviewDoesNotMissWhatIsStillToBeMade(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	given := d.serviceOf(d.task, in{
		"loadBalancers": []any{
			in{"targetGroupArn": d.idle.out("arn"), "containerName": "app", "containerPort": 9000},
		},
		"capacityProviderStrategies":  []any{in{"capacityProvider": "FARGATE_SPOT", "weight": 1}},
		"serviceConnectConfiguration": in{"enabled": true, "namespace": "soon"},
	})
	inputs, reasons := d.check(service, "s", nil, given)
	require.Empty(t, reasons)
	require.Empty(t, d.create(service, "s", inputs, true))
	require.NotEmpty(t, d.create(service, "s", inputs, false))
}

func TestNamespacesHaveLegalNames(t *testing.T) {
	t.Parallel()
	const namespace = "servicediscovery/httpNamespace:HttpNamespace"
	c := newCloud(t)
	for _, name := range []string{"my namespace", "arn:aws", strings.Repeat("a", 1025), "café"} {
		requireReason(t, c.wrong(namespace, "ns", in{"name": name}), "InvalidInput",
			"servicediscovery.HttpNamespace 'ns' name")
	}
	for _, name := range []string{"care-ns", "a.b", strings.Repeat("a", 1024)} {
		require.Empty(t, c.wrong(namespace, "ns", in{"name": name}))
	}
	requireReason(t, c.wrong(namespace, "ns", in{"name": "b", "description": strings.Repeat("a", 1025)}), "at most 1024")
}
