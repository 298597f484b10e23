package report

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// reach draws who reaches whom. A way to the internet goes through its NAT gateway, if it has one.
func (d *drawing) reach(reach []live.Path) {
	byLabel := map[string]string{}
	for _, r := range d.view.All() {
		byLabel[r.Label()] = r.Urn
	}
	end := func(label string) string {
		if isOutside(label) {
			return d.outside(label)
		}
		return byLabel[label]
	}
	for _, way := range SortedPaths(reach) {
		from, to := end(way.From), end(way.To)
		if gateway := d.merged[byLabel[way.Through]]; gateway != "" {
			d.link(Link{From: gateway, To: to})
			to = gateway
		}
		d.link(Link{From: from, To: to, Label: way.Port})
	}
}

// link adds a link. Links with the same ends are drawn as one, with the labels of all.
func (d *drawing) link(link Link) {
	at := slices.IndexFunc(d.picture.Links, func(l Link) bool {
		return l.From == link.From && l.To == link.To && l.Loose == link.Loose
	})
	if at < 0 {
		d.picture.Links = append(d.picture.Links, link)
		return
	}
	labels := strings.Split(d.picture.Links[at].Label, ", ")
	if !slices.Contains(labels, link.Label) {
		d.picture.Links[at].Label = strings.Join(append(labels, link.Label), ", ")
	}
}

// outside draws an end of a way that is nothing in this world.
func (d *drawing) outside(label string) string {
	id := "outside " + label
	if !slices.ContainsFunc(d.picture.Things, func(t Thing) bool { return t.Id == id }) {
		thing := Thing{Id: id, Lines: []string{label}, Form: FormOutside}
		d.picture.Things = slices.Insert(d.picture.Things, d.ends, thing)
		d.ends++
	}
	return id
}

// isOutside reports whether the label is the internet, a part of it, or a security group outside this world.
func isOutside(label string) bool {
	return label == live.Internet || strings.HasPrefix(label, live.Internet+" (") ||
		strings.HasPrefix(label, live.OutsideGroup)
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
				d.picture.Links = append(d.picture.Links, Link{From: service.Urn, To: bucket.Urn, Label: "uses", Loose: true})
			}
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

// logs draws which buckets get the access logs of load balancers and of other buckets.
func (d *drawing) logs() {
	for _, balancer := range byName(d.view.Live(loadBalancerType)) {
		if balancer.Out("accessLogs.enabled").Bool() {
			d.logsTo(balancer, balancer.Out("accessLogs.bucket").Text())
		}
	}
	for _, logging := range byName(d.view.Live(token.S3BucketLoggingV2)) {
		if bucket := d.view.Get(bucketType, logging.Out("bucket").Text()); bucket != nil {
			d.logsTo(bucket, logging.Out("targetBucket").Text())
		}
	}
}

func (d *drawing) logsTo(r *standin.Resource, bucket string) {
	if to := d.view.Get(bucketType, bucket); to != nil {
		d.link(Link{From: r.Urn, To: to.Urn, Label: "access logs", Loose: true})
	}
}

// backups draws the vaults that get backups of resources by a plan, and the vaults that get copies of these.
func (d *drawing) backups() {
	for _, selection := range byName(d.view.Live(token.BackupSelection)) {
		plan := d.view.Get(token.BackupPlan, selection.Out("planId").Text())
		if plan == nil {
			continue
		}
		for _, rule := range plan.Out("rules").Items() {
			vault := d.vault("name", rule.At("targetVaultName").Text())
			for _, arn := range selection.Out("resources").Texts() {
				if r := d.view.ByArn(arn); r != nil {
					d.link(Link{From: r.Urn, To: vault, Label: "backups", Loose: true})
				}
			}
			for _, action := range rule.At("copyActions").Items() {
				to := d.vault("arn", action.At("destinationVaultArn").Text())
				d.link(Link{From: vault, To: to, Label: "copies", Loose: true})
			}
		}
	}
}

// vault returns the id of a vault, which it draws if it is not of this world.
func (d *drawing) vault(property, value string) string {
	if r := d.view.Find(vaultType, property, value); r != nil {
		return r.Urn
	}
	id := "vault " + value
	if slices.ContainsFunc(d.picture.Things, func(t Thing) bool { return t.Id == id }) {
		return id
	}
	const region, account, name = 3, 4, 6 // of arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME
	thing := Thing{Id: id, Lines: []string{value, "backup vault"}, Form: FormStore, Key: UnknownKey}
	if parts := strings.Split(value, ":"); len(parts) > name {
		thing.Lines = []string{parts[name], "backup vault", "in " + parts[region], "account " + parts[account]}
	}
	d.picture.Things = append(d.picture.Things, thing)
	return id
}
