// Package ecsimport converts ECS task definitions of a Care that was deployed by hand into a stack file of this program
// and a report of the settings that it did not import. It never outputs the value of a secret.
package ecsimport
