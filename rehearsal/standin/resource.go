package standin

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Resource is a live resource. It is immutable: an update puts a new one in its place, so it may be read without a
// lock.
type Resource struct {
	// Seq is the tick of the world's clock at which it was created.
	Seq int64
	// Token, Urn and Name are the Pulumi type, URN and name.
	Token, Urn, Name string
	// Id is the physical identifier.
	Id string
	// Region and Account are where it lives; Region is empty for what is global, such as a role.
	Region, Account string
	// Inputs and Outputs are its properties, secrets marked. Outputs include the inputs.
	Inputs, Outputs resource.PropertyMap
	// Type is the type in the program where that is another than Token, the one in the world; see Kind.As.
	Type string `json:",omitempty"`
	// Preexisting reports that it was in the account before any program, as a default VPC is.
	Preexisting bool `json:",omitempty"`
	// Opaque reports that its type is in no catalogue: its identifier and outputs are invented, and nothing judges it.
	Opaque bool `json:",omitempty"`
	// Marks are ticks that rules remember about it, such as when its last deployment began.
	Marks map[string]int64
}

// In returns an input at a dotted path.
func (r *Resource) In(path string) Value {
	return NewValue("", resource.NewProperty(r.Inputs)).At(path)
}

// Out returns a property at a dotted path, computed or given; "id" is the identifier.
func (r *Resource) Out(path string) Value {
	if path == "id" || path == "" {
		return NewValue("id", resource.NewProperty(r.Id))
	}
	return NewValue("", resource.NewProperty(r.Outputs)).At(path)
}

// All returns the properties at a path that passes through lists; see [Value.All].
func (r *Resource) All(path string) []Value {
	if path == "id" {
		return []Value{r.Out("id")}
	}
	return NewValue("", resource.NewProperty(r.Outputs)).All(path)
}

// Label names the resource for a person: its short type and its name in the program.
func (r *Resource) Label() string { return ShortType(cmp.Or(r.Type, r.Token)) + " '" + r.Name + "'" }

func (r *Resource) in(region string) bool { return r.Region == "" || r.Region == region }

// names reports whether the property at path is, or as a list holds, the text.
func (r *Resource) names(path, text string) bool {
	for _, v := range r.All(path) {
		if v.Text() == text {
			return true
		}
	}
	return false
}

// ShortType shortens a type token for a person to read and write: "aws:ec2/vpc:Vpc" becomes "ec2.Vpc".
func ShortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, _, _ := strings.Cut(parts[1], "/")
	if module == "index" {
		module = parts[0]
	}
	return module + "." + parts[2]
}

// urnName returns the last part of a URN.
func urnName(urn string) string {
	if at := strings.LastIndex(urn, "::"); at >= 0 {
		return urn[at+len("::"):]
	}
	return urn
}
