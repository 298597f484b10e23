package config

func badBackup() []badInput {
	const (
		vault   = "care:backupCopyVaultArn"
		far     = "arn:aws:backup:eu-west-1:123456789012:backup-vault:far"
		account = `["123456789012"]`
	)
	plan := func(more ...string) map[string]string {
		with := settings{
			"care:backupPlan": "true", "care:databaseBackupWindow": "20:00-20:30",
			"care:databaseMaintenanceWindow": "sat:21:00-sat:21:30",
		}
		for i := 0; i < len(more); i += 2 {
			with[more[i]] = more[i+1]
		}
		return with
	}
	return []badInput{
		{key: "care:backupPlan", value: "daily", rule: "must be true or false"},
		{key: "care:backupTime", value: "10pm", rule: "must be a daily time in UTC"},
		{key: "care:backupTime", value: "24:00", rule: "must be a daily time in UTC"},
		{
			key: "care:backupTime", value: "20:15", with: plan("care:databaseMaintenanceWindow", "sat:03:00-sat:03:30"),
			rule: "care:databaseBackupWindow, 20:00-20:30",
		},
		{key: "care:backupTime", value: "18:45", with: plan(), rule: "care:databaseBackupWindow, 20:00-20:30"},
		{key: "care:backupTime", value: "21:29", with: plan(), rule: "care:databaseMaintenanceWindow, sat:21:00-sat:21:30"},
		{key: "care:backupRetentionDays", value: "0", rule: "must be 1 to 3650"},
		{key: "care:backupRetentionDays", value: "3651", rule: "must be 1 to 3650"},
		{key: "care:databaseBackupWindow", value: "", with: plan(), shows: "null", rule: "is required"},
		{key: "care:databaseMaintenanceWindow", value: "", with: plan(), shows: "null", rule: "is required"},
		{
			key: "care:backupPlan", value: "true",
			with: plan("care:schedule", `{"days":"MON-FRI","start":"08:00","stop":"20:00","timeZone":"Asia/Kolkata"}`,
				"care:protectData", "false"),
			rule: "must not be set with care:schedule",
		},
		{
			key: "care:backupPlan", value: "true",
			with: settings{
				"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567",
				"care:databasePassword": "PasswordOfTheDatabase", "care:patientBucket": "files",
			},
			rule: "has nothing to back up",
		},
		{key: vault, value: far, rule: "has no effect without care:backupPlan"},
		{key: vault, value: "far", with: plan(), rule: "must be an ARN"},
		{key: vault, value: "arn:aws:s3:::far", with: plan(), rule: "must be an ARN of backup"},
		{
			key: vault, value: "arn:aws:backup:eu-west-1:123456789012:backup-plan:far", with: plan(),
			rule: "must be the ARN of a vault of AWS Backup",
		},
		{
			key: vault, value: "arn:aws:backup:ap-south-1:123456789012:backup-vault:care-1234567",
			with: plan("aws:allowedAccountIds", account), rule: "must be a vault in another region or account",
		},
		{
			key: vault, value: "arn:aws:backup:eu-west-1:210987654321:backup-vault:far",
			with: plan("aws:allowedAccountIds", account), rule: "as long as AWS's own keys encrypt the data",
			fix: "care:encryptionKey",
		},
		{
			key: vault, value: "arn:aws:backup:ap-south-1:123456789012:backup-vault:care-1234567", with: plan(),
			rule: "must be a vault in another region or account",
		},
		{
			key: vault, value: "arn:aws:backup:eu-west-1:210987654321:backup-vault:far", with: plan(),
			rule: "as long as AWS's own keys encrypt the data",
		},
	}
}
