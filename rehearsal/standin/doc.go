// Package standin is a cloud in memory behind the Pulumi provider protocol.
//
// A [Package] is a table of [Kind] values, one for each resource type, with what the real
// provider and the real cloud know about the type: its legal properties (by reflection over the
// official SDK), what forces a replacement, which references must exist, which names are unique, what
// still holds a resource that is to be deleted, and how identifiers and outputs look. A [Server]
// serves one Package to the Pulumi engine over gRPC; all servers of a rehearsal share one [World], the
// store of live resources and the history of what was done to them.
//
// The rules of a Kind come in four lists, run in this order:
//
//   - Checks see the inputs alone, before anything is created, and must bear unknown values.
//   - Rules see the live world as well, at create and update.
//   - OnDelete rules may refuse a deletion, after HeldBy has.
//   - Steady rules run once the resource exists: what they refuse stays live and failed, as a service
//     does that never becomes stable.
//
// Nothing takes time here, so that a rule which needs something to be there first, and which no input
// names, has to ask [Op.Awaits]: it may be there by luck alone.
//
// A rule is a short function that reads with [Draft.In] or the world's queries and calls [Draft.Refuse]. It belongs to
// an [Identity], whose ID a refusal ends with. A type that no Kind describes is an error, never a silent success.
package standin
