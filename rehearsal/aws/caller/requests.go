package caller

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// requests returns the requests that an operation on the resource makes.
func requests(o *standin.Op, r *standin.Resource) []policy.Request {
	actions, service := model.Actions(strings.TrimPrefix(o.Kind.Token, provider), string(o.Verb))
	of := subject{
		scope: o.Scope, service: service, name: r.Out("name").Text(),
		named: namedArns(o), own: arnsOf(r), unresolved: unresolved(o),
	}
	var all []policy.Request
	for _, action := range append(actions, boundaryActions(o)...) {
		for _, arn := range of.resources(action) {
			q := policy.Request{Action: action, Resource: arn, Context: regionOf(o.Scope)}
			addContext(o, service, &q)
			all = append(all, q)
		}
	}
	return all
}

// subject is what an operation is about.
type subject struct {
	scope   standin.Scope
	service string
	// name is the resource's own name, empty if it has none.
	name string
	// own are the ARNs of the resource, named those of what its inputs name, and unresolved the names among the inputs of
	// resources that do not live in this world.
	own, named, unresolved []string
}

// resources returns the resources of an action: those of the ARNs that a policy may name for it. An action of another
// service is needed only for what the inputs name, such as a role that is passed or a key; those of EC2 look at
// networks that the inputs name by their ids.
func (s subject) resources(action string) []string {
	patterns, _ := model.ActionArns(action)
	of, _, _ := strings.Cut(action, ":")
	switch {
	case action == "iam:CreateServiceLinkedRole":
		if name := linkedServices[s.service]; name != "" {
			return []string{globalArn(s.scope, "iam", "role/aws-service-role/"+name+"/AWSServiceRole")}
		}
		return nil
	case of != s.service && of != "ec2":
		return matching(s.scope, patterns, s.named)
	case len(patterns) == 0:
		return []string{"*"}
	}
	found := matching(s.scope, patterns, append(slices.Clone(s.own), s.named...))
	for _, text := range s.unresolved {
		found = append(found, expand(s.scope, patterns[0], text))
	}
	if len(found) == 0 {
		// AWS names what belongs to a resource by its name, such as the schedules of a group.
		found = append(found, expand(s.scope, patterns[0], s.name+"*"))
	}
	return found
}

// linkedServices are the services that have a role of their own in an account, by the prefix of their actions
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html).
var linkedServices = map[string]string{
	"application-autoscaling": "ecs.application-autoscaling.amazonaws.com", "backup": "backup.amazonaws.com",
	"ecs": "ecs.amazonaws.com", "elasticache": "elasticache.amazonaws.com",
	"elasticfilesystem": "elasticfilesystem.amazonaws.com", "elasticloadbalancing": "elasticloadbalancing.amazonaws.com",
	"rds": "rds.amazonaws.com",
}

// boundaryActions returns the action that a change of a role's or user's permissions boundary needs.
func boundaryActions(o *standin.Op) []string {
	kind := map[string]string{token.IamRole: "Role", token.IamUser: "User"}[o.Kind.Token]
	if kind == "" || o.Verb != standin.Update || !o.Changed("permissionsBoundary") {
		return nil
	}
	if o.In("permissionsBoundary").Text() == "" {
		return []string{"iam:Delete" + kind + "PermissionsBoundary"}
	}
	return []string{"iam:Put" + kind + "PermissionsBoundary"}
}

// arnsOf returns the ARNs of a resource itself.
func arnsOf(r *standin.Resource) []string {
	return slices.DeleteFunc([]string{r.Out("arn").Text(), r.Id},
		func(text string) bool { return !strings.HasPrefix(text, "arn:") })
}

// namedArns returns the ARNs among the inputs, and those of the live resources that the inputs name.
func namedArns(o *standin.Op) []string {
	var arns []string
	for _, text := range o.Inputs().TextsWithin() {
		if strings.HasPrefix(text, "arn:") {
			arns = append(arns, text)
		}
	}
	for _, ref := range o.Kind.Refs {
		for _, v := range o.All(ref.Path) {
			if target := targetOf(o.World, ref, v.Text()); target != nil {
				arns = append(arns, arnsOf(target)...)
			}
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

// unresolved returns the names of resources that do not live in this world, such as a role that others created.
func unresolved(o *standin.Op) []string {
	var names []string
	for _, ref := range o.Kind.Refs {
		for _, v := range o.All(ref.Path) {
			text := v.Text()
			if text == "" || strings.HasPrefix(text, "arn:") || ref.HasBuiltin(text) || targetOf(o.World, ref, text) != nil {
				continue
			}
			names = append(names, text)
		}
	}
	return names
}

func targetOf(world *standin.View, ref standin.Ref, text string) *standin.Resource {
	if text == "" {
		return nil
	}
	for _, to := range ref.To {
		by := to.By
		if by == "" {
			by = "id"
		}
		if target := world.Find(to.Token, by, text); target != nil {
			return target
		}
	}
	return nil
}

func matching(scope standin.Scope, patterns, arns []string) []string {
	var found []string
	for _, arn := range arns {
		if matchesAny(scope, patterns, arn) {
			found = append(found, arn)
		}
	}
	return found
}

func matchesAny(scope standin.Scope, patterns []string, arn string) bool {
	return arn != "" && slices.ContainsFunc(patterns, func(pattern string) bool {
		fixed := regexp.QuoteMeta(expand(scope, pattern, "\x00"))
		return regexp.MustCompile("^" + strings.ReplaceAll(fixed, "\x00", ".*") + "$").MatchString(arn)
	})
}

// variables are those that the patterns of ARNs have.
var variables = regexp.MustCompile(`\$\{\w+\}`)

// expand fills in a pattern such as "arn:${Partition}:iam::${Account}:role/.*".
func expand(scope standin.Scope, pattern, name string) string {
	filled := strings.NewReplacer("${Partition}", ident.Partition(scope.Region), "${Region}", scope.Region,
		"${Account}", scope.Account).Replace(pattern)
	return strings.ReplaceAll(variables.ReplaceAllLiteralString(filled, name), ".*", name)
}

func globalArn(scope standin.Scope, service, resource string) string {
	return "arn:" + ident.Partition(scope.Region) + ":" + service + "::" + scope.Account + ":" + resource
}

// addContext adds the condition keys of IAM's own actions
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html), and
// those of the actions of KMS that another service calls on behalf of the role
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html).
func addContext(o *standin.Op, service string, q *policy.Request) {
	set := func(key, value string) {
		if value == "" {
			q.Absent = append(q.Absent, key)
		} else {
			q.Context[key] = value
		}
	}
	switch q.Action {
	case "iam:CreateRole", "iam:CreateUser", "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary":
		set("iam:permissionsboundary", o.In("permissionsBoundary").Text())
	case "iam:PassRole":
		set("iam:passedtoservice", passedTo[o.Kind.Token])
	case "iam:CreateServiceLinkedRole":
		set("iam:awsservicename", linkedServices[service])
	case "kms:CreateGrant":
		set("kms:grantisforawsresource", "true")
		set("kms:viaservice", through(o.Scope, service))
	default:
		if strings.HasPrefix(q.Action, "kms:") {
			set("kms:viaservice", through(o.Scope, service))
		}
		if strings.HasPrefix(q.Action, "iam:") {
			set("iam:permissionsboundary", boundaryOf(o.World, q.Resource))
			set("iam:policyarn", o.In("policyArn").Text())
		}
	}
}

// through returns the value of kms:ViaService in the requests of a service; it is empty for the requests of KMS itself.
func through(scope standin.Scope, service string) string {
	if service == "kms" {
		return ""
	}
	return service + "." + scope.Region + ".amazonaws.com"
}

// passedTo are the services that receive the role of a type. The condition is not in the request of any other type.
var passedTo = map[string]string{
	token.EcsTaskDefinition:     "ecs-tasks.amazonaws.com",
	token.Ec2FlowLog:            "vpc-flow-logs.amazonaws.com",
	token.SchedulerSchedule:     "scheduler.amazonaws.com",
	token.BackupSelection:       "backup.amazonaws.com",
	token.CloudwatchEventTarget: "events.amazonaws.com",
	token.RdsInstance:           "monitoring.rds.amazonaws.com",
}

// boundaryOf returns the boundary that a role or user has.
func boundaryOf(world *standin.View, arn string) string {
	for _, kind := range []string{token.IamRole, token.IamUser} {
		if identity := world.Find(kind, "arn", arn); identity != nil {
			return identity.Out("permissionsBoundary").Text()
		}
	}
	return ""
}
