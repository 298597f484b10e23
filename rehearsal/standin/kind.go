package standin

// Kind describes one resource type. Paths are dotted names of input properties;
// lists on the way are passed through ("loadBalancers.targetGroupArn").
type Kind struct {
	// Token is the Pulumi type token.
	Token string
	// Aliases are further tokens under which the SDK has the same type.
	Aliases []string
	// As is the type that it is in the world, if the cloud has one thing for which the SDK has several types: a default
	// VPC is a VPC. It must have all the properties that rules read of that type.
	As string
	// Adopts reports whether it takes over a resource that was there before, found by its identifier, and that its
	// deletion lets go of that resource instead of deleting it.
	Adopts bool
	// Args and State are the SDK's types (ec2.VpcArgs{}, ec2.VpcState{}), read by reflection. A plain
	// struct with pulumi tags serves as well, for SDK packages too heavy to import.
	Args, State any
	// Required adds the lists and maps that must be given, which the SDK's types do not show.
	Required []string
	// Name is the input that gets an automatic name if the program sets none.
	Name Naming
	// Defaults are inputs that the provider fills in when they are absent (Terraform's Default).
	Defaults Props
	// Computed are inputs that the cloud fills in when they are absent: unknown until created, and no
	// change when the program stops giving them (Terraform's Optional and Computed).
	Computed []string
	// Keeps are inputs that stay as they are if the program stops giving them, without being filled in at a creation
	// (Terraform's suppressed difference for a missing optional block).
	Keeps []string
	// Absent are values that an input within a block has if it is not given (Terraform's Default within a block).
	Absent Props
	// Windowed are inputs whose change waits for a maintenance window, unless the input applyImmediately is true. Until
	// then the old value is read back, and each plan shows the change again.
	Windowed []string
	// Replaces are the inputs whose change needs a new resource (Terraform's ForceNew).
	Replaces []string
	// Global reports whether its names are unique in the account and not in a region, as those of IAM are.
	Global bool
	// DeleteFirst reports whether a replacement always deletes the old resource first.
	DeleteFirst bool
	// Sets are lists whose order means nothing.
	Sets []string
	// Json are inputs that are JSON documents: the bridge writes an object out as one, and two that mean
	// the same are the same.
	Json []string
	// Same are inputs with an equality of their own.
	Same map[string]func(old, new string) bool
	// Moves are outputs that change when one of the named inputs does; all others outlive an update.
	Moves map[string][]string
	// Secrets are properties that are secret even if the program does not mark them.
	Secrets []string

	// Refs are the inputs that name other resources.
	Refs []Ref
	// Unique are the combinations of properties that may exist once.
	Unique []Unique
	// HeldBy are the live resources that keep this one from being deleted.
	HeldBy []Hold
	// InUse is the error code of HeldBy.
	InUse string

	// Checks, Rules, OnDelete and Steady are described in the package documentation.
	Checks   []CheckRule
	Rules    []Rule
	OnDelete []Rule
	Steady   []Rule

	// Diff may correct the comparison of the inputs, for replacements under a condition.
	Diff func(*Delta)
	// Facts has the duration, the charge and the loss of the type, for reports.
	Facts Facts

	// Id returns the identifier of a new resource. Its name is Op.Has(name), given or made of a prefix.
	Id func(*Op) string
	// Outputs returns the properties that the cloud computes. At an update only the outputs in Moves are taken from it.
	Outputs func(*Op) Props
}

// lives returns the type in the world.
func (k *Kind) lives() string {
	if k.As != "" {
		return k.As
	}
	return k.Token
}

// Naming is how the Pulumi bridge names a resource that the program leaves unnamed: the resource's
// name, a hyphen and seven random hexadecimal digits.
type Naming struct {
	// Property is the named input; empty when the type has no such name.
	Property string
	// Max is the longest name allowed; 0 means 255.
	Max int
	// Lower makes the name lower case.
	Lower bool
	// Bare leaves out the hyphen. The bridge then does not count it as an automatic name, so that one
	// given by the program does not make a replacement delete first.
	Bare bool
	// Unless is an input with the beginning of a name: when given, the provider makes the name of it.
	Unless string
}

// Ref is an input that names a resource.
type Ref struct {
	// Path is the input.
	Path string
	// To are the types it may name; any live one will do.
	To []Target
	// Code is the error when there is none, such as InvalidVpcID.NotFound.
	Code string
	// Outside allows a resource that this world never made: it is noted as an assumption. Without it
	// the resource must be live here.
	Outside bool
	// Builtin is the prefix of names that every account has, such as alias/aws/; empty for none.
	Builtin string
}

// Target is a type and the property by which it is named.
type Target struct {
	Token string
	// By is the property; "id" or empty means the identifier.
	By string
}

// Unique is a rule that no two live resources of the type agree in all of By.
type Unique struct {
	By []string
	// At is which of By a refusal shows; the first when empty.
	At   string
	Code string
	Rule string
	// Fix is the advice; if it is empty, a refusal has the usual one.
	Fix string
	// Ignore, when set, leaves out pairs that may coexist.
	Ignore func(*Op, *Resource) bool
}

// Hold is a rule that a live resource of type Token keeps another one that it names at Path.
type Hold struct {
	Token string
	Path  string
	// By is the property of the held resource that the holder names; "id" when empty.
	By string
	// When, when set, decides whether that holder holds.
	When func(world *View, holder, held *Resource) bool
}
