// Package components has the Pulumi components of Care on AWS ECS. Other programs can import them.
//
// All of them follow the same rules:
//
//   - A constructor is NewX(ctx, name, *XArgs, ...opts) (*X, error). It applies defaults to a copy, checks every value,
//     reports all problems at once, and registers nothing if there is one.
//   - Values that decide which resources exist, or that can be checked at once, are plain Go values. Outputs of other
//     resources and secrets are Pulumi inputs.
//   - Type tokens are care:index:X and never change. The names of children start with the component's name and end with
//     a fixed word or a zone, never a number. They are part of the API, because Pulumi replaces a renamed child.
//   - The fields of a component that have a pulumi tag are its outputs.
//   - Options of a component are passed to its registration only. Pulumi hands down providers and protection itself.
//   - Order is data. A resource that must wait for another takes an output of it, so that creation, deletion and
//     clients in other languages see the same graph. DependsOn is used only among the children of one component.
//   - No component reads stack configuration, and no component is public unless its documentation says so.
//
// A resource has an explicit physical name only if an operator, a log query or a DNS client uses it. Pulumi names all
// others, so that it can create a replacement before it deletes the old one.
package components
