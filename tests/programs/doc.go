// Package programs rehearses programs with plain AWS resources in other languages than Go.
package programs
