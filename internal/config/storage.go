package config

import "github.com/ohcnetwork/care-ecs/internal/rule"

// Storage is the buckets. PatientBucket and FacilityBucket are empty unless the bucket exists already.
type Storage struct {
	PatientBucket         string
	FacilityBucket        string
	PrivateFacilityImages bool
}

func (r *reader) storage() Storage {
	return Storage{
		PatientBucket:         r.optional("patientBucket"),
		FacilityBucket:        r.optional("facilityBucket"),
		PrivateFacilityImages: r.boolean("privateFacilityImages", false),
	}
}

func (c Config) storageProblems() []error {
	patient, facility := c.Storage.PatientBucket, c.Storage.FacilityBucket
	var problems []error
	if patient != "" {
		problems = append(problems, rule.BucketName("care:patientBucket", patient))
	}
	if facility != "" {
		problems = append(problems, rule.BucketName("care:facilityBucket", facility))
	}
	if patient != "" && patient == facility {
		problems = append(problems, rule.Broken("care:facilityBucket", facility,
			"must not be the patient bucket, whose files nobody may read", "name another bucket"))
	}
	return problems
}
