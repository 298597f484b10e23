package model

import (
	"cmp"
	_ "embed" // for the tables
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
)

//go:embed databases.json
var databases []byte

//go:embed endpoints.json
var endpoints []byte

// offers are the versions and classes that RDS offers to a new database.
type offers struct {
	Engines map[string]struct {
		Offered   []string `json:"offered"`
		Withdrawn []string `json:"withdrawn"`
	} `json:"engines"`
	Classes []string `json:"classes"`
	// Sets are sets of classes, as bits over Classes.
	Sets     []string                  `json:"sets"`
	Versions map[string]int            `json:"versions"`
	Regions  map[string]map[string]int `json:"regions"`
}

var rds = sync.OnceValue(func() *offers {
	read := &offers{}
	if err := json.Unmarshal(databases, read); err != nil {
		panic(fmt.Sprintf("databases.json: %v", err))
	}
	return read
})

// Offer is how RDS answers the wish for a new database.
type Offer int

// The answers.
const (
	// Offered can be created, or is of an engine that the models do not have.
	Offered Offer = iota
	// Withdrawn existed and is no longer created.
	Withdrawn
	// Unheard is not in the models.
	Unheard
)

// EngineVersion returns whether RDS creates a database of that version. A major version stands for its newest minor
// version.
func EngineVersion(engine, version string) Offer {
	known, ok := rds().Engines[engine]
	if !ok {
		return Offered
	}
	switch minor := func(other string) bool { return strings.HasPrefix(other, version+".") }; {
	case slices.ContainsFunc(known.Offered, minor):
		return Offered
	case slices.Contains(known.Offered, version) && !slices.ContainsFunc(known.Withdrawn, minor):
		return Offered
	case slices.Contains(known.Withdrawn, version), slices.ContainsFunc(known.Withdrawn, minor):
		return Withdrawn
	}
	return Unheard
}

// NewestVersions returns the newest versions that RDS creates with the same major version, newest last.
func NewestVersions(engine, version string) []string {
	major, _, _ := strings.Cut(version, ".")
	var found []string
	for _, other := range rds().Engines[engine].Offered {
		if strings.HasPrefix(other, major+".") && !strings.Contains(other, "-") {
			found = append(found, other)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	const enough = 3
	return found[max(0, len(found)-enough):]
}

// InstanceClass returns whether RDS creates an instance of that class for the engine in the region, and for the version
// if one is given.
func InstanceClass(region, engine, version, class string) bool {
	o := rds()
	if set, ok := o.Regions[region][engine]; ok && !o.has(set, class) {
		return false
	}
	offered, described := o.forVersion(version, class)
	if major, _, minor := strings.Cut(version, "."); !described && minor {
		offered, described = o.forVersion(major, class)
	}
	return offered || !described
}

// forVersion reports whether a version has the class, or one of its minor versions, and whether the models describe it.
func (o *offers) forVersion(version, class string) (offered, described bool) {
	for other, set := range o.Versions {
		if other == version || version != "" && strings.HasPrefix(other, version+".") {
			offered, described = offered || o.has(set, class), true
		}
	}
	return offered, described
}

func (o *offers) has(set int, class string) bool {
	at := slices.Index(o.Classes, class)
	bits, ok := new(big.Int).SetString(o.Sets[set], 16) // hexadecimal
	return at >= 0 && ok && bits.Bit(at) == 1
}

var endpointServices = sync.OnceValue(func() []string {
	var read []string
	if err := json.Unmarshal(endpoints, &read); err != nil {
		panic(fmt.Sprintf("endpoints.json: %v", err))
	}
	return read
})

// EndpointServices are the AWS services that a VPC endpoint may lead to, such as ecr.api.
func EndpointServices() []string { return endpointServices() }
