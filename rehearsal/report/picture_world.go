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
// file systems within their VPCs and subnets, buckets and namespaces beside them, and who reaches whom.
func Draw(world *standin.View, reach []live.Path) Picture {
	d := drawing{view: world}
	d.inSubnets()
	d.beside()
	d.reach(reach)
	d.gateways()
	d.uses()
	return d.picture
}

type drawing struct {
	view    *standin.View
	picture Picture
	// ends counts the things at the beginning of the picture that are outside.
	ends int
}

// inSubnets draws resources with network interfaces, in a group for each set of subnets that is used together.
func (d *drawing) inSubnets() {
	for _, vpc := range d.view.Live(vpcType) {
		group := Group{Label: "VPC " + vpc.Name + " " + vpc.Out("cidrBlock").Text()}
		for _, t := range d.tiers(vpc.Id) {
			label := t.name + " (" + strings.Join(distinct(t.zones), ", ") + ")"
			group.Groups = append(group.Groups, Group{Label: label, Things: t.things})
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
			at, d.picture.Groups = len(d.picture.Groups), append(d.picture.Groups, Group{Label: label})
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
		all[at].things = append(all[at].things, d.thing(r))
	}
	return all
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
	thing := Thing{Id: r.Urn, Lines: []string{r.Name}, Form: FormBox}
	switch r.Token {
	case loadBalancerType:
		thing.Form = FormBalancer
		thing.Lines = append(thing.Lines, listens(d.view, r))
	case serviceType:
		thing.Form = FormService
		thing.Lines = append(thing.Lines, d.tasks(r)...)
	case natGatewayType:
		thing.Lines = append(thing.Lines, "NAT gateway")
	case databaseType:
		thing.Form = FormStore
		thing.Lines = append(thing.Lines, r.Out("engine").Text()+" "+r.Out("engineVersion").Text(),
			r.Out("instanceClass").Text())
	case replicationGroupType:
		thing.Form = FormStore
		thing.Lines = append(thing.Lines, "cache", r.Out("nodeType").Text())
	case fileSystemType:
		thing.Form = FormStore
		thing.Lines = append(thing.Lines, "file system")
	}
	return thing
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
	for _, r := range byName(d.view.Live(bucketType)) {
		d.picture.Things = append(d.picture.Things, Thing{Id: r.Urn, Lines: []string{r.Name, "bucket"}, Form: FormStore})
	}
	for _, r := range byName(d.view.Live(namespaceType)) {
		lines := []string{r.Name, "Service Connect"}
		for _, service := range byName(live.Publishers(d.view, r)) {
			for _, endpoint := range live.EndpointsOf(d.view, service) {
				lines = append(lines, fmt.Sprintf("%s:%d", endpoint.Host, endpoint.Port))
			}
		}
		d.picture.Things = append(d.picture.Things, Thing{Id: r.Urn, Lines: lines, Form: FormNames})
	}
}

// reach draws who reaches whom. The internet is drawn at both ends: those who come from there, and where to.
func (d *drawing) reach(reach []live.Path) {
	byLabel := map[string]string{}
	for _, r := range d.view.All() {
		byLabel[r.Label()] = r.Urn
	}
	var links []Link
	for _, way := range SortedPaths(reach) {
		link := Link{From: byLabel[way.From], To: byLabel[way.To], Label: way.Port}
		if isOutside(way.From) {
			link.From = d.outside("from", way.From)
		}
		if isOutside(way.To) {
			link.To = d.outside("to", way.To)
		}
		links = append(links, link)
	}
	for _, link := range links {
		at := slices.IndexFunc(d.picture.Links, func(l Link) bool { return l.From == link.From && l.To == link.To })
		if at < 0 {
			d.picture.Links = append(d.picture.Links, link)
		} else if d.picture.Links[at].Label != link.Label {
			d.picture.Links[at].Label += ", " + link.Label
		}
	}
}

// outside draws an end of a way that is nothing in this world.
func (d *drawing) outside(end, label string) string {
	id := end + " " + label
	if !slices.ContainsFunc(d.picture.Things, func(t Thing) bool { return t.Id == id }) {
		d.picture.Things = slices.Insert(d.picture.Things, d.ends, Thing{Id: id, Lines: []string{label}, Form: FormOutside})
		d.ends++
	}
	return id
}

// isOutside reports whether the label is the internet, a part of it, or a security group outside this world.
func isOutside(label string) bool {
	return label == live.Internet || strings.HasPrefix(label, live.Internet+" (") ||
		strings.HasPrefix(label, live.OutsideGroup)
}

// gateways draws where NAT gateways go to.
func (d *drawing) gateways() {
	for _, r := range byName(d.view.Live(natGatewayType)) {
		d.picture.Links = append(d.picture.Links, Link{From: r.Urn, To: d.outside("to", live.Internet), Loose: true})
	}
}

// uses draws which services have the name of which bucket, and which publish endpoints.
func (d *drawing) uses() {
	for _, service := range byName(d.view.Live(serviceType)) {
		task := live.FindTaskDefinition(d.view, service.Out("taskDefinition").Text())
		if task == nil {
			continue
		}
		text := d.text(task)
		for _, bucket := range byName(d.view.Live(bucketType)) {
			if strings.Contains(text, bucket.Id) {
				d.picture.Links = append(d.picture.Links, Link{From: service.Urn, To: bucket.Urn, Loose: true})
			}
		}
	}
	for _, namespace := range byName(d.view.Live(namespaceType)) {
		for _, service := range byName(live.Publishers(d.view, namespace)) {
			d.picture.Links = append(d.picture.Links, Link{From: namespace.Urn, To: service.Urn, Loose: true})
		}
	}
}

// text returns that of the containers, and of the secrets that they name as far as they live in this world.
func (d *drawing) text(task *standin.Resource) string {
	var text strings.Builder
	text.WriteString(inputText(task))
	for _, container := range live.Containers(task) {
		for _, secret := range container.Secrets {
			if holder := d.view.ByArn(secret.ValueFrom); holder != nil {
				text.WriteString("\n" + holder.Out("value").Text())
			}
		}
	}
	return text.String()
}
