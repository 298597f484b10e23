package main

import "github.com/ohcnetwork/care-ecs/rehearsal/inprocess"

// plantedValues are single values that AWS does not take, or no longer takes for something new.
func plantedValues() []planted {
	const database = "rds.Instance 'care-db'"
	return []planted{
		{
			mistake: "a class that PostgreSQL does not run on",
			config:  map[string]string{"care:databaseInstanceClass": "db.t2.micro"},
			says:    "RDS does not run PostgreSQL 13 or newer on db.t2", names: []string{"care:databaseInstanceClass"},
		},
		{
			mistake: "a version that RDS no longer creates", plants: []inprocess.Plant{{At: database, Edit: set("engineVersion", "16.1")}},
			says: "16.1", names: []string{"InvalidParameter", database, `engineVersion = "16.1"`, "--accept"},
		},
		{
			mistake: "a maintenance window of almost a week",
			config:  map[string]string{"care:databaseMaintenanceWindow": "sun:21:00-sat:21:30"},
			says:    "must be 30 minutes to 24 hours long", names: []string{"care:databaseMaintenanceWindow"},
		},
		{
			mistake: "an interface endpoint for a service that does not exist",
			config:  map[string]string{"care:interfaceEndpoints": `["nosuch"]`},
			says:    "must be an AWS service with an interface endpoint", names: []string{"care:interfaceEndpoints", "nosuch"},
		},
		{
			mistake: "more tasks than a service can have", plants: []inprocess.Plant{{At: careService, Edit: set("desiredCount", 6000)}},
			says: "5000", names: []string{careService, "desiredCount = 6000"},
		},
		{
			mistake: "a certificate of another region",
			config: map[string]string{
				"care:domain":         "api.care.example.org",
				"care:certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
			},
			says: "must be a certificate in ap-south-1", names: []string{"care:certificateArn", "us-east-1"},
		},
		{
			mistake: "a maximum that no service can have", config: map[string]string{"care:careMaxCount": "9000"},
			says: "must be 1 to 5000", names: []string{"care:careMaxCount = 9000"},
		},
	}
}
