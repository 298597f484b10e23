// Package live follows the resources of a stand-in AWS once they exist: who reaches whom through security groups and
// routes (network_*.go), whether the tasks of an ECS service start and stay up (steady_*.go), how its tasks are
// replaced and scaled, the effects of schedules over a year, and warnings of unwise settings (warnings_*.go).
//
// It reads the world by its queries and depends on no rule of the catalogue above it.
package live
