// Package ecsimport turns ECS task definitions with which Care was deployed by hand into a stack file of this program,
// and into a report of what did not come along and why. No value of a secret leaves it.
package ecsimport
