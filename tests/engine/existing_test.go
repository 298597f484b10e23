package engine_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
)

const passwordOfTheDatabase = "PasswordOfTheDatabase"

// adopting is the stack file of a stack that uses existing resources.
const adopting = `config:
  aws:region: ap-south-1
  care:image: ghcr.io/ohcnetwork/care:24.43.0
  care:namespace: care-adopting
  care:logGroupPrefix: /ecs/care-adopting
  care:redisPersistence: efs
  care:protectData: false
`

// everything is the case that stands for the others.
const everything = "all of them"

func TestAnExistingVpcDatabaseAndBucketsAreUsedAndStayAsTheyAre(t *testing.T) { //nolint:tparallel // one account
	t.Parallel()
	owner := open(t, rehearsal.Options{SecretConfig: map[string]string{"databasePassword": passwordOfTheDatabase}})
	owner.up()
	before := owner.cloud.Live()
	for name, config := range map[string]map[string]string{ //nolint:paralleltest // one account
		"the VPC":      owner.vpcKeys(),
		"the database": merge(owner.vpcKeys(), owner.databaseKeys()),
		"the buckets":  owner.bucketKeys(),
		everything:     merge(owner.vpcKeys(), owner.databaseKeys(), owner.bucketKeys()),
	} {
		t.Run(name, func(t *testing.T) {
			skipUnlessFull(t, name == everything)
			s := openBeside(t, owner, config)
			for _, step := range s.up().Changed() {
				assert.NotContains(t, absent(config), module(step.Type), step.Urn)
			}
			assert.Empty(t, s.up().Changed())
			_, err := s.Destroy(t.Context())
			require.NoError(t, err)
			assert.Equal(t, before, owner.cloud.Live())
		})
	}
	assert.Empty(t, owner.up().Changed())
}

// A resource with a name of its own, which AWS accepts only once, is imported after the first attempt.
func TestALogGroupThatIsThereAlreadyIsImportedAndNotReplaced(t *testing.T) {
	t.Parallel()
	const care = "urn:pulumi:staging::care::care:index:Care"
	owner := open(t, rehearsal.Options{})
	_, err := owner.Up(t.Context(), "--target", care+"::care-backend", "--target",
		care+"$care:index:FargateService::care-backend", "--target",
		care+"$care:index:FargateService$aws:cloudwatch/logGroup:LogGroup::care-backend-care-backend")
	require.NoError(t, err)
	require.Equal(t, []string{"cloudwatch.LogGroup 'care-backend-care-backend'"}, owner.cloud.Live())

	s := openBeside(t, owner, map[string]string{"logGroupPrefix": "/ecs"})
	failed, err := s.Up(t.Context())
	require.ErrorContains(t, err, "ResourceAlreadyExistsException")
	assert.Equal(t, 1, s.importLogGroups(failed))
	for _, step := range s.up().Changed() {
		assert.Contains(t, []rehearsal.Op{rehearsal.OpCreate, rehearsal.OpUpdate}, step.Op, step.Urn)
	}
	assert.Empty(t, s.up().Changed())
}

// importLogGroups takes over those that could not be created, and counts them.
func (s *stack) importLogGroups(failed *rehearsal.Result) (imported int) {
	s.t.Helper()
	for _, step := range failed.Steps {
		if step.Status != rehearsal.StepFailed || step.Type != "aws:cloudwatch/logGroup:LogGroup" {
			continue
		}
		group, ok := step.New.Inputs["name"].(string)
		require.True(s.t, ok)
		_, err := s.Import(s.t.Context(), step.Type, step.Name(), group, "--parent", "parent="+step.New.Parent)
		require.NoError(s.t, err)
		imported++
	}
	return imported
}

// openBeside opens a stack in the account of another.
func openBeside(t *testing.T, owner *stack, config map[string]string) *stack {
	t.Helper()
	dir := t.TempDir()
	copyFile(t, filepath.Join(projectDir, "Pulumi.yaml"), dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.adopting.yaml"), []byte(adopting), 0o600))
	options := rehearsal.Options{
		Dir: dir, Stack: "adopting", Cli: &shared.cli, Program: shared.program,
		Providers: owner.cloud.Providers, World: owner.cloud, Config: config,
	}
	if config["databaseAddress"] != "" {
		options.SecretConfig = map[string]string{"databasePassword": passwordOfTheDatabase}
	}
	opened := enginetest.Open(t, options)
	return &stack{Rehearsal: opened, t: t, cloud: owner.cloud}
}

func (s *stack) vpcKeys() map[string]string {
	const subnet = "aws:ec2/subnet:Subnet"
	keys := map[string]string{"vpcId": s.live("aws:ec2/vpc:Vpc", "care-vpc").Id, "assignPublicIp": "true"}
	for _, tier := range []string{"public", "application", "data"} {
		keys[tier+"SubnetIds[0]"] = s.live(subnet, "care-vpc-"+tier+"-ap-south-1a").Id
		keys[tier+"SubnetIds[1]"] = s.live(subnet, "care-vpc-"+tier+"-ap-south-1b").Id
	}
	return keys
}

func (s *stack) databaseKeys() map[string]string {
	return map[string]string{
		"databaseAddress":         s.live("aws:rds/instance:Instance", "care-db").Out("address").Text(),
		"databaseSecurityGroupId": s.live("aws:ec2/securityGroup:SecurityGroup", "care-db-sg").Id,
	}
}

func (s *stack) bucketKeys() map[string]string {
	return map[string]string{
		"patientBucket":  s.live("aws:s3/bucketV2:BucketV2", "care-patient").Id,
		"facilityBucket": s.live("aws:s3/bucketV2:BucketV2", "care-facility").Id,
	}
}

// absent are the kinds of resources that a stack with those keys does not make.
func absent(config map[string]string) (absent []string) {
	if config["vpcId"] != "" {
		absent = append(absent, "ec2/vpc", "ec2/subnet", "ec2/routeTable", "ec2/route", "ec2/internetGateway",
			"ec2/natGateway", "ec2/vpcEndpoint")
	}
	if config["databaseAddress"] != "" {
		absent = append(absent, "rds/instance", "rds/subnetGroup", "rds/parameterGroup")
	}
	if config["patientBucket"] != "" {
		absent = append(absent, "s3/bucketV2", "s3/bucketPolicy", "s3/bucketVersioningV2",
			"s3/bucketLifecycleConfigurationV2")
	}
	return absent
}

// module is the middle of a type token: ec2/vpc of aws:ec2/vpc:Vpc.
func module(token string) string { return strings.Split(token, ":")[1] }

func merge(all ...map[string]string) map[string]string {
	merged := map[string]string{}
	for _, each := range all {
		maps.Copy(merged, each)
	}
	return merged
}
