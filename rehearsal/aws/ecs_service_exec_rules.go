package aws

import (
	"fmt"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var ecsExecTaskRole = rule("ecs/exec-task-role").onService(func(r *rollout) {
	if v := r.In("enableExecuteCommand"); v.Bool() && r.definition.In("taskRoleArn").Missing() {
		r.refuse(v, "The service couldn't be updated because a valid taskRoleArn is not being used. "+
			"Specify a valid task role in your task definition and try again", "give "+r.definition.Label()+" a taskRoleArn")
	}
})

// shellActions: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
var shellActions = []string{
	"ssmmessages:CreateControlChannel",
	"ssmmessages:CreateDataChannel",
	"ssmmessages:OpenControlChannel",
	"ssmmessages:OpenDataChannel",
}

// ECS starts the tasks anyway, and ExecuteCommand later fails with TargetNotConnectedException.
var ecsExecPermissions = rule("ecs/exec-permissions").onService(func(r *rollout) {
	v := r.In("enableExecuteCommand")
	role := r.definition.In("taskRoleArn").Text()
	if r.Preview || !v.Bool() || role == "" || !r.Changed("enableExecuteCommand") && !r.Changed("taskDefinition") {
		return
	}
	var missing []string
	for _, action := range shellActions {
		if verdict, _ := policy.RoleMay(r.World, role,
			policy.Request{Action: action, Resource: "*"}); verdict == policy.Denied {
			missing = append(missing, action)
		}
	}
	if len(missing) > 0 {
		r.Refuse(v, "TargetNotConnectedException",
			fmt.Sprintf("ECS Exec needs %s in the task role %s", strings.Join(missing, ", "), role),
			"allow them on * in a policy of the role, and let the service depend on that policy")
	}
})

var ecsExecReadOnly = rule("ecs/exec-read-only").onService(func(r *rollout) {
	v := r.In("enableExecuteCommand")
	if !v.Bool() {
		return
	}
	for _, c := range r.containers {
		if c.At("readonlyRootFilesystem").Bool() && !mountsUnder(c, "/var/lib/amazon") {
			r.refuse(v,
				fmt.Sprintf("the SSM agent requires that the container file system is able to be written to, "+
					"and container %q has readonlyRootFilesystem",
					c.At("name").Text()), "set readonlyRootFilesystem to false, or enableExecuteCommand")
		}
	}
})

func mountsUnder(c standin.Value, path string) bool {
	for _, at := range c.All("mountPoints.containerPath") {
		if strings.HasPrefix(at.Text(), path) {
			return true
		}
	}
	return false
}
