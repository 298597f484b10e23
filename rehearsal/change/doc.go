// Package change tells a person what a change of a program or of a stack file does to a stack, before it is made.
//
// The stack is brought up as it was, in a cloud in memory, and then as it would be. What the engine did to get from the
// one to the other is the change: which resources it replaced, updated and created, which data would have been lost on
// the way, which services restarted, and who can reach whom afterwards.
package change
