// Package components holds the parts of which Care on AWS ECS is made, each a Pulumi component that other programs can
// use as well.
//
// What all of them keep:
//
//   - A constructor is NewX(ctx, name, *XArgs, ...opts) (*X, error). It fills in defaults on a copy, checks everything,
//     reports all problems at once, and registers nothing when there is one.
//   - What shapes the graph, and what can be checked at once, is plain Go. What another resource gives, or what is
//     secret, is a Pulumi input.
//   - Type tokens are care:index:X and never change. The names of children begin with the component's name and end in a
//     fixed word or a zone, never a number; they are part of the interface, because a renamed child is a replaced one.
//   - Options given to a component go to its registration alone. Pulumi hands down providers and protection by itself.
//   - Order is data. What must wait for something takes an output of it, so that creation, deletion and the clients of
//     other languages all see the same graph. DependsOn is used only among the children of one component.
//   - Nothing reads stack configuration, and nothing is public unless its documentation says so.
//
// Where a resource has an explicit physical name, something outside reads it: an operator, a log query, a DNS name. All
// others are named by Pulumi, so that they can be replaced before the old one is deleted.
package components
