// Package pulumitest runs Pulumi programs in an account of package inprocess and records all that they register: inputs
// with their secrets marked, parents, dependencies and the other options. AWS's rules refuse what AWS would refuse, and
// one name registered twice is an error.
//
// It speaks the engine's protocol instead of using the SDK's mocks. Those cannot carry a secret that is not known yet,
// which every preview of a generated password has, and do not report which component registers its outputs.
//
// Nothing is asserted while a program runs, because a test that stops inside an apply hangs. Run returns when all is
// registered, and the test looks at the Result then.
package pulumitest
