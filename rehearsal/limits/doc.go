// Package limits computes how close a stack, as it lives in the stand-in cloud, comes to the limits of AWS: with the
// desired number of tasks, with the maximum that scaling allows, and during a deployment, when old and new tasks run at
// once.
//
// How many connections a container opens is not in AWS's configuration. A container states it in a Docker label, such
// as rehearsal.connections.5432 for a database ([ConnectionsLabel]).
package limits
