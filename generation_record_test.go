package main

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
)

func TestAChangeOfGenerationIsWarnedOf(t *testing.T) {
	t.Parallel()
	of := func(generation string) resource.PropertyMap {
		return resource.PropertyMap{"generation": resource.NewProperty(generation)}
	}
	for _, row := range []struct {
		from, to resource.PropertyMap
		want     string
	}{
		{of("2024"), of("2024"), ""},
		{of("3"), of("3"), ""},
		{resource.PropertyMap{}, of("3"), ""},
		{of("2024"), of("3"), "nothing migrates it back"},
		{of("3"), of("2024"), "the data does not"},
	} {
		warning := moveWarning(recordedGeneration(row.from), recordedGeneration(row.to))
		if row.want == "" {
			assert.Empty(t, warning)
		} else {
			assert.Contains(t, warning, row.want)
		}
	}
}
