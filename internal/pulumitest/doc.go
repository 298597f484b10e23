// Package pulumitest runs Pulumi programs without an engine and remembers all that they register: inputs with their
// secrets marked, parents, dependencies and the other options. It answers in the forms in which AWS does, and refuses
// one name registered twice and types that it does not know.
//
// It stands where the SDK's own mocks do, and speaks the engine's protocol instead: those cannot carry a secret that is
// not known yet, which every preview of a generated password has, and do not say whose outputs are registered.
//
// Nothing is asserted while a program runs, because a test that stops inside an apply hangs. Run returns when all is
// registered, and the Result is looked at then.
package pulumitest
