package report

import (
	"bytes"
	"fmt"
	"index/suffixarray"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Order is a wish for one resource to be there before another that AWS cannot know of, such as that the service which
// migrates a database comes before the one that serves it. Both are URNs, or TYPE::NAME.
type Order struct{ First, Then string }

// Demanded returns the order that AWS itself demands of the resources in the world, and with it the lower bound of a
// first deployment: each resource after those whose identifiers, addresses or generated values its inputs hold, and
// each ECS service after what its tasks need to start and to become steady. The further orders are added to it.
func Demanded(world *standin.View, history []standin.Operation, further ...Order) (*Graph, error) {
	d := demand{view: world, graph: NewGraph()}
	live := world.All()
	for _, r := range live {
		d.graph.Add(Node{
			Id: r.Urn, Type: standin.ShortType(r.Token), Name: r.Name,
			Takes: TypicalCreate(r.Token, func(property string) any { return r.Out(property).Raw().Mappable() }),
		})
	}
	d.named(history)
	d.held(live)
	d.certificates()
	for _, service := range world.Live(serviceType) {
		d.service(service)
	}
	for _, order := range further {
		if err := d.order(order); err != nil {
			return nil, err
		}
	}
	return d.graph, nil
}

type demand struct {
	view  *standin.View
	graph *Graph
}

// after has one resource wait for others.
func (d *demand) after(r *standin.Resource, others ...*standin.Resource) {
	for _, other := range others {
		d.graph.Wait(r.Urn, other.Urn)
	}
}

// named are the references that the stand-in checked: the last operation on a resource is the one that counts.
func (d *demand) named(history []standin.Operation) {
	last := map[string][]string{}
	for _, op := range history {
		if op.Verb != standin.Delete && op.Error == "" {
			last[op.Urn] = op.Refs
		}
	}
	for urn, refs := range last {
		for _, ref := range refs {
			d.graph.Wait(urn, ref)
		}
	}
}

// held are values that only exist once another resource does, wherever they are within an input: an ARN in a policy,
// the address of a database in a container's environment.
func (d *demand) held(live []*standin.Resource) {
	texts := newTexts(live)
	for value, maker := range generated(live) {
		for _, holder := range texts.holders(value) {
			if holder != maker {
				d.after(holder, maker)
			}
		}
	}
}

// texts finds which resources' inputs contain a text. The time that takes does not grow with their number, because it
// does not look at each.
type texts struct {
	live []*standin.Resource
	// ends are where the text of each of them ends within all of it.
	ends  []int
	index *suffixarray.Index
}

func newTexts(live []*standin.Resource) *texts {
	t := &texts{live: live}
	var all bytes.Buffer
	for _, r := range live {
		all.WriteString(inputText(r))
		all.WriteByte(0) // in no text, so that nothing is found across two
		t.ends = append(t.ends, all.Len())
	}
	t.index = suffixarray.New(all.Bytes())
	return t
}

func (t *texts) holders(text string) []*standin.Resource {
	var found []*standin.Resource
	for _, at := range t.index.Lookup([]byte(text), -1) {
		i, _ := slices.BinarySearch(t.ends, at+1)
		found = append(found, t.live[i])
	}
	return found
}

// generatedProperties hold values that AWS or a provider generates, in the types where they are not given by the
// program.
var generatedProperties = []string{
	"id", "arn", "name", "address", "endpoint", "primaryEndpointAddress", "dnsName", "domainName", "fqdn",
	"result", "hex", "dec", "b64Url", "secret", "privateKeyPem", "publicKeyPem",
	"domainValidationOptions.resourceRecordName", "domainValidationOptions.resourceRecordValue",
}

func generatedBy(r *standin.Resource) []string {
	var values []string
	for _, property := range generatedProperties {
		for _, value := range r.All(property) {
			values = append(values, value.Text())
		}
	}
	return values
}

// generated returns each value that identifies exactly one resource, and which its own inputs do not hold.
func generated(live []*standin.Resource) map[string]*standin.Resource {
	const telling = 6 // shorter ones turn up in other words
	made, twice := map[string]*standin.Resource{}, map[string]bool{}
	for _, r := range live {
		given := inputText(r)
		for _, value := range generatedBy(r) {
			if len(value) < telling || strings.Contains(given, value) {
				continue
			}
			if other := made[value]; other != nil && other != r {
				twice[value] = true
			}
			made[value] = r
		}
	}
	for value := range twice {
		delete(made, value)
	}
	return made
}

// providerOnly are inputs that AWS never gets to see: they make the provider act when they change.
var providerOnly = []string{"triggers", "keepers"}

// inputText returns all text of the inputs, each value on a line of its own.
func inputText(r *standin.Resource) string {
	var text strings.Builder
	inputs := inputsOf(r)
	for _, key := range inputs.Keys() {
		if !slices.Contains(providerOnly, key) {
			eachText(inputs.Key(key), func(value string) { text.WriteString(value + "\n") })
		}
	}
	return text.String()
}

func inputsOf(r *standin.Resource) standin.Value {
	return standin.NewValue("", resource.NewProperty(r.Inputs))
}

func outputsOf(r *standin.Resource) standin.Value {
	return standin.NewValue("", resource.NewProperty(r.Outputs))
}

// eachText calls give with every text within a value, including secrets.
func eachText(v standin.Value, give func(string)) {
	if text := v.Text(); text != "" {
		give(text)
	}
	for _, item := range v.Items() {
		eachText(item, give)
	}
	for _, key := range v.Keys() {
		eachText(v.Key(key), give)
	}
}

// certificates: a listener takes a certificate once it is issued, which is when its records are found
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html).
func (d *demand) certificates() {
	for _, validation := range d.view.Live(certificateValidationType) {
		for _, name := range validation.Out("validationRecordFqdns").Texts() {
			d.after(validation, d.view.Where(recordType, "fqdn", name)...)
		}
		for _, token := range []string{listenerType, listenerCertificateType} {
			for _, user := range d.view.Where(token, "certificateArn", validation.Out("certificateArn").Text()) {
				d.after(user, validation)
			}
		}
	}
}

func (d *demand) order(o Order) error {
	urns := make([]string, 0, 2)
	for _, name := range []string{o.First, o.Then} {
		urn := d.find(name)
		if urn == "" {
			return fmt.Errorf("order %q before %q: no resource %q is deployed", o.First, o.Then, name)
		}
		urns = append(urns, urn)
	}
	d.graph.Wait(urns[1], urns[0])
	return nil
}

func (d *demand) find(name string) string {
	for _, r := range d.view.All() {
		if r.Urn == name || r.Token+"::"+r.Name == name {
			return r.Urn
		}
	}
	return ""
}
