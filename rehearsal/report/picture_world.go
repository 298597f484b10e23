package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Draw returns the picture of the resources in the world: load balancers, services with their containers, databases and
// file systems within their VPCs and subnets, buckets and vaults beside them, who reaches whom, whose key encrypts the
// data, and where copies are.
func Draw(world *standin.View, reach []live.Path) Picture {
	d := drawing{view: world, merged: map[string]string{}}
	d.inSubnets()
	d.beside()
	d.reach(reach)
	d.uses()
	d.logs()
	d.backups()
	d.picture.merge()
	return d.picture
}

type drawing struct {
	view    *standin.View
	picture Picture
	// ends counts the things at the beginning of the picture that are outside.
	ends int
	// merged has the thing that stands for a NAT gateway, by the URN of the gateway.
	merged map[string]string
}

// inSubnets draws resources with network interfaces, in a group for each set of subnets that is used together.
// The title of a VPC has the zones that all of them are in: Mermaid does not make room for a title that is wider
// than its group.
func (d *drawing) inSubnets() {
	for _, vpc := range d.view.Live(vpcType) {
		tiers := d.tiers(vpc.Id)
		var zones []string
		for _, t := range tiers {
			zones = append(zones, t.zones...)
		}
		zones = distinct(zones)
		group := Group{
			Id: vpc.Urn, Label: "VPC " + vpc.Name + " " + vpc.Out("cidrBlock").Text() + " in " + strings.Join(zones, ", "),
		}
		for _, t := range tiers {
			label := t.name
			if own := distinct(t.zones); !slices.Equal(own, zones) {
				label += " (" + strings.Join(own, ", ") + ")"
			}
			group.Groups = append(group.Groups, Group{Id: vpc.Urn + " " + t.name, Label: label, Things: t.things})
		}
		if len(group.Groups) > 0 {
			d.picture.Groups = append(d.picture.Groups, group)
		}
	}
	d.inExistingVpcs()
}

// inExistingVpcs draws resources in a VPC that is not of this world, of whose subnets nothing is known.
func (d *drawing) inExistingVpcs() {
	for _, r := range d.placed() {
		vpc := live.VpcOf(d.view, r)
		if vpc == "" || len(d.subnetsOf(r)) > 0 || d.view.Get(vpcType, vpc) != nil {
			continue
		}
		label := "existing VPC " + vpc
		at := slices.IndexFunc(d.picture.Groups, func(g Group) bool { return g.Label == label })
		if at < 0 {
			at, d.picture.Groups = len(d.picture.Groups), append(d.picture.Groups, Group{Id: label, Label: label})
		}
		d.picture.Groups[at].Things = append(d.picture.Groups[at].Things, d.thing(r))
	}
}

// placed returns the resources that are drawn within subnets, from the outside inwards and then by name.
func (d *drawing) placed() []*standin.Resource {
	var all []*standin.Resource
	for _, token := range []string{
		loadBalancerType, natGatewayType, serviceType, databaseType, replicationGroupType, fileSystemType,
	} {
		all = append(all, byName(d.view.Live(token))...)
	}
	return all
}

func byName(resources []*standin.Resource) []*standin.Resource {
	slices.SortFunc(resources, func(a, b *standin.Resource) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Urn, b.Urn))
	})
	return resources
}

// subnetsOf returns the subnets in which a resource has network interfaces, as far as they live in this world.
func (d *drawing) subnetsOf(r *standin.Resource) []*standin.Resource {
	var ids []string
	switch r.Token {
	case loadBalancerType:
		ids = r.Out("subnets").Texts()
	case natGatewayType:
		ids = []string{r.Out("subnetId").Text()}
	case serviceType:
		ids = r.Out("networkConfiguration.subnets").Texts()
	case databaseType:
		ids = d.groupSubnets(dbSubnetGroupType, r.Out("dbSubnetGroupName").Text())
	case replicationGroupType:
		ids = d.groupSubnets(cacheSubnetGroupType, r.Out("subnetGroupName").Text())
	case fileSystemType:
		for _, target := range d.view.Where(mountTargetType, "fileSystemId", r.Id) {
			ids = append(ids, target.Out("subnetId").Text())
		}
	}
	var subnets []*standin.Resource
	for _, id := range ids {
		if subnet := d.view.Get(subnetType, id); subnet != nil {
			subnets = append(subnets, subnet)
		}
	}
	return byName(subnets)
}

func (d *drawing) groupSubnets(token, name string) []string {
	if group := d.view.Find(token, "name", name); group != nil {
		return group.Out("subnetIds").Texts()
	}
	return nil
}

// tier is a set of subnets that do the same in several zones.
type tier struct {
	name   string
	zones  []string
	things []Thing
}

// tiers returns the tiers of a VPC, in the order of their resources.
func (d *drawing) tiers(vpc string) []*tier {
	var all []*tier
	for _, r := range d.placed() {
		subnets := d.subnetsOf(r)
		if len(subnets) == 0 || subnets[0].Out("vpcId").Text() != vpc {
			continue
		}
		name := tierName(subnets)
		at := slices.IndexFunc(all, func(t *tier) bool { return t.name == name })
		if at < 0 {
			at, all = len(all), append(all, &tier{name: name})
		}
		for _, subnet := range subnets {
			all[at].zones = append(all[at].zones, subnet.Out("availabilityZone").Text())
		}
		all[at].add(d, r)
	}
	return all
}

// add draws the resource. NAT gateways of one tier are drawn as one thing.
func (t *tier) add(d *drawing, r *standin.Resource) {
	if r.Token != natGatewayType {
		t.things = append(t.things, d.thing(r))
		return
	}
	d.merged[r.Urn] = r.Urn
	at := slices.IndexFunc(t.things, func(thing Thing) bool { return d.merged[thing.Id] != "" })
	if at < 0 {
		t.things = append(t.things, d.thing(r))
		return
	}
	d.merged[r.Urn] = t.things[at].Id
	t.things[at].Lines = append([]string{r.Name}, t.things[at].Lines...)
	slices.Sort(t.things[at].Lines[:len(t.things[at].Lines)-1])
	t.things[at].Lines[len(t.things[at].Lines)-1] = "NAT gateways"
}

// tierName returns the common prefix of the names of subnets, without their zones.
func tierName(subnets []*standin.Resource) string {
	common := ""
	for i, subnet := range subnets {
		name := strings.TrimRight(strings.ReplaceAll(subnet.Name, subnet.Out("availabilityZone").Text(), ""), "-")
		if i == 0 {
			common = name
		}
		for !strings.HasPrefix(name, common) {
			_, size := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-size]
		}
	}
	return cmp.Or(strings.TrimRight(common, "-"), "subnets")
}

func (d *drawing) thing(r *standin.Resource) Thing {
	thing := Thing{Id: r.Urn, Lines: []string{r.Name}, Form: FormBox, Public: d.isPublic(r)}
	switch r.Token {
	case loadBalancerType:
		thing.Form = FormBalancer
		thing.add(listens(d.view, r), d.webAcl(r))
	case serviceType:
		thing.Form = FormService
		thing.add(d.tasks(r)...)
		for _, endpoint := range live.EndpointsOf(d.view, r) {
			thing.add(fmt.Sprintf("as %s:%d", endpoint.Host, endpoint.Port))
		}
	case natGatewayType:
		thing.add("NAT gateway")
	case databaseType:
		thing.Form = FormStore
		thing.add(r.Out("engine").Text()+" "+r.Out("engineVersion").Text(), r.Out("instanceClass").Text())
	case replicationGroupType:
		thing.Form = FormStore
		thing.add("cache", r.Out("nodeType").Text())
	case fileSystemType:
		thing.Form = FormStore
		thing.add("file system")
	case bucketType:
		thing.Form = FormStore
		thing.add("bucket")
	case vaultType:
		thing.Form = FormStore
		thing.add("backup vault")
	}
	thing.Key, thing.Lines = d.keyOf(r), append(thing.Lines, d.safety(r)...)
	return thing
}

// add adds the lines that are not empty.
func (t *Thing) add(lines ...string) {
	for _, line := range lines {
		if line != "" {
			t.Lines = append(t.Lines, line)
		}
	}
}

func listens(view *standin.View, balancer *standin.Resource) string {
	var ports []string
	for _, listener := range view.Where(listenerType, "loadBalancerArn", balancer.Id) {
		ports = append(ports, fmt.Sprintf("%s %d", listener.Out("protocol").Text(), listener.Out("port").Int()))
	}
	slices.Sort(ports)
	return strings.Join(ports, ", ")
}

// tasks returns the containers of a service, one a line, after how many tasks there are of them.
func (d *drawing) tasks(service *standin.Resource) []string {
	lines := []string{counted(service.Out("desiredCount").Int(), "task") + " of"}
	if task := live.FindTaskDefinition(d.view, service.Out("taskDefinition").Text()); task != nil {
		for _, container := range live.Containers(task) {
			lines = append(lines, container.Name)
		}
	}
	if len(lines) == 1 {
		return nil
	}
	return lines
}

// beside draws resources that are in no subnet.
func (d *drawing) beside() {
	for _, token := range []string{bucketType, vaultType} {
		for _, r := range byName(d.view.Live(token)) {
			d.picture.Things = append(d.picture.Things, d.thing(r))
		}
	}
}
