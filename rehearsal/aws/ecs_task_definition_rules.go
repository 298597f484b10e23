package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var ecsTaskFamily = rule("ecs/task-family").onTask(func(t *task) {
	if v := t.In("family"); v.Known() && !ecsName.MatchString(v.Text()) {
		t.refuse(v,
			"Family contains invalid characters: up to 255 letters, digits, hyphens and underscores are allowed",
			"rename it")
	}
})

var ecsVolumeNameDuplicate = rule("ecs/volume-name-duplicate").onTask(func(t *task) {
	for _, name := range twice(t.All("volumes.name")) {
		t.refuse(name, "the name of a volume is unique in the task definition", "rename one of the two")
	}
})

var ecsEfsVolume = rule("ecs/efs-volume").onTask(func(t *task) {
	for _, volume := range t.In("volumes").Items() {
		efs := volume.At("efsVolumeConfiguration")
		encryption, root := efs.At("transitEncryption"), efs.At("rootDirectory")
		iam, point := efs.At("authorizationConfig.iam"), efs.At("authorizationConfig.accessPointId")
		plain := !encryption.Unknown() && encryption.Text() != "ENABLED" && !efs.At("authorizationConfig").Unknown()
		switch {
		case plain && !point.Missing():
			t.refuse(encryption, "Transit encryption must be turned on when an EFS access point is used",
				`set transitEncryption to "ENABLED"`)
		case plain && iam.Text() == "ENABLED":
			t.refuse(encryption, "Transit encryption must be turned on when EFS IAM authorization is used",
				`set transitEncryption to "ENABLED"`)
		case plain && efs.At("transitEncryptionPort").Known():
			t.refuse(encryption, "a port for transit encryption needs transit encryption", `set transitEncryption to "ENABLED"`)
		}
		if !point.Missing() && root.Known() && root.Text() != "" && root.Text() != "/" {
			t.refuse(
				root,
				"when an EFS access point is specified, the root directory must be omitted or /: the access point has "+
					"one of its own",
				"remove rootDirectory",
			)
		}
	}
})

var ecrImage = regexp.MustCompile(`^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/`)

var ecsExecutionRole = rule("ecs/execution-role").onTask(func(t *task) {
	role := t.In("executionRoleArn")
	if !role.Missing() {
		return
	}
	for _, c := range t.containers {
		if why := needsExecutionRole(t, c); why != "" {
			t.refuse(role, fmt.Sprintf("%s (container %q)", why, c.At("name").Text()), "set executionRoleArn")
			return
		}
	}
})

func needsExecutionRole(t *task, c standin.Value) string {
	const fargate = "Fargate requires task definition to have execution role ARN to support "
	switch driver := c.At("logConfiguration.logDriver").Text(); {
	case len(c.At("secrets").Items()) > 0 || len(c.At("logConfiguration.secretOptions").Items()) > 0:
		return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'"
	case c.At("repositoryCredentials").Known():
		return "When you are specifying repository credentials, you must also specify a value for 'executionRoleArn'"
	case len(c.At("environmentFiles").Items()) > 0:
		return "When you are specifying environment files, you must also specify a value for 'executionRoleArn'"
	case t.fargate() && driver == "awslogs":
		return fargate + "log driver awslogs"
	case t.fargate() && ecrImage.MatchString(c.At("image").Text()):
		return fargate + "ECR images"
	}
	return ""
}

var roleForm = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/`)

var ecsRoleArn = rule("ecs/role-arn").onTask(func(t *task) {
	for _, path := range []string{"executionRoleArn", "taskRoleArn"} {
		if v := t.In(path); v.Known() && v.Text() != "" && !roleForm.MatchString(v.Text()) {
			t.refuse(v, "Role is not valid", "give the role's arn, not its name")
		}
	}
})

// ECS accepts any role, and fails to assume it when a task starts.
var ecsRoleTrust = rule("ecs/role-trust").OnOperation(func(o *standin.Op) {
	if o.Preview {
		return // the role may be about to change
	}
	for _, path := range []string{"executionRoleArn", "taskRoleArn"} {
		v := o.In(path)
		role := o.World.Find(token.IamRole, "arn", v.Text())
		if role != nil && !trusts(role, "ecs-tasks.amazonaws.com") {
			o.Refuse(v, ecsClient, fmt.Sprintf("ECS was unable to assume the role '%s' that was provided for this task: "+
				"its trust policy does not let ecs-tasks.amazonaws.com assume it", v.Text()),
				"name ecs-tasks.amazonaws.com as the Service in the assumeRolePolicy of "+role.Label())
		}
	}
})

// trusts reports that a role may be assumed by a service, or that its policy cannot be judged.
func trusts(role *standin.Resource, service string) bool {
	doc, err := policy.Read("assumeRolePolicy", role.Out("assumeRolePolicy").Text())
	if err != nil {
		return true
	}
	verdict, _ := policy.Decide([]policy.Document{doc}, policy.Request{Action: "sts:AssumeRole", Principal: service})
	return verdict != policy.Denied
}

// maxDefinition is the maximum size of a task definition in bytes
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html, task definition size limit).
const maxDefinition = 65536

// The containers are measured as they are sent, without white space; the rest of a task definition is small.
var ecsTaskDefinitionSize = rule("ecs/task-definition-size").onTask(func(t *task) {
	v := t.In("containerDefinitions")
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(v.Text())) != nil || compact.Len() <= maxDefinition {
		return
	}
	t.Refuse(v, "ClientException",
		fmt.Sprintf("Actual length: '%d'. Max allowed length is '%d' bytes.", compact.Len(), maxDefinition),
		"move long values into environmentFiles, or into SSM parameters named in secrets")
})
