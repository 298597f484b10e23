package model

import (
	_ "embed" // for the table
	"fmt"
	"strings"
	"sync"
)

//go:embed properties.tsv
var properties string

// Mapping is a row of properties.tsv: where the models describe a property, or why they do not.
type Mapping struct {
	// Type, Path and Kind name the property.
	Type, Path, Kind string
	// Members are the members of the models, such as ecs#CreateServiceRequest.desiredCount.
	Members []string
	// Excuse is the reason why there is none.
	Excuse string
}

// Mappings returns all rows of properties.tsv.
var Mappings = sync.OnceValue(func() []Mapping {
	var all []Mapping
	for number, row := range rowsOf(properties) {
		if len(row) != 4 { // type, path, kind, members
			panic(fmt.Sprintf("properties.tsv, row %d: %d fields of 4", number+1, len(row)))
		}
		mapping := Mapping{Type: row[0], Path: row[1], Kind: row[2]}
		if excuse, ok := strings.CutPrefix(row[3], "-"); ok {
			mapping.Excuse = strings.TrimSpace(excuse)
		} else {
			mapping.Members = strings.Split(row[3], " ")
		}
		all = append(all, mapping)
	}
	return all
})

// Schema returns the member of the CloudFormation schema that the property is, such as AWS::ECS::Service.DesiredCount;
// empty if there is none.
func (m Mapping) Schema() string {
	for _, member := range m.Members {
		if strings.HasPrefix(member, "AWS::") {
			return strings.TrimSuffix(member, "?")
		}
	}
	return ""
}
