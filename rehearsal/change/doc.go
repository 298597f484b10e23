// Package change describes the effect that a change of the program or of a stack file has on a stack, before it is
// deployed.
//
// It deploys the current stack to an in-memory cloud and then updates it to the new version. The change is everything
// the engine did in that update: the resources it replaced, updated and created, the data that would be lost, the
// services that restart, and the network paths that are open afterwards.
package change
