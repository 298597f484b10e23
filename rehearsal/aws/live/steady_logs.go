package live

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const loggerArgs = "ResourceInitializationError: failed to validate logger args: create stream has been " +
	"retried 1 times: "

// logsWritten: the log group is there, in reach, and the execution role may write to it
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html).
func (d *deployment) logsWritten() {
	for _, container := range d.containers {
		if l := container.LogConfiguration; l != nil && l.LogDriver == "awslogs" {
			d.writeLog(at(container.Name, "logConfiguration.options.awslogs-group", l.Options["awslogs-group"]), l.Options)
		}
	}
	proxy := d.In("serviceConnectConfiguration.logConfiguration")
	if proxy.At("logDriver").Text() != "awslogs" {
		return
	}
	options := map[string]string{}
	given := proxy.At("options")
	for _, key := range given.Keys() {
		options[key] = given.Key(key).Text()
	}
	d.writeLog(given.Key("awslogs-group"), options)
}

func (d *deployment) writeLog(property standin.Value, options map[string]string) {
	group := options["awslogs-group"]
	if region := options["awslogs-region"]; region != "" && region != d.Scope.Region {
		d.Assume(property, "the log group exists in "+region)
		return
	}
	if hindered := reachService(d.World, d.place, "logs"); hindered != nil {
		d.fail(property, loggerArgs+
			"failed to create Cloudwatch log stream: RequestError: send request failed caused by: Post "+`"https://logs.`+
			d.Scope.Region+`.amazonaws.com/": dial tcp: i/o timeout : exit status 1`, *hindered)
		return
	}
	creates := options["awslogs-create-group"] == "true"
	if d.World.Find(token.CloudwatchLogGroup, "name", group) == nil && !creates {
		d.fail(
			property,
			loggerArgs+"failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does "+
				"not exist. "+
				": exit status 1",
			obstacle{
				by:    logGroup,
				cause: "no log group " + group + " exists",
				fix:   "create a cloudwatch.LogGroup of that name, and take the name from its output",
			},
		)
		return
	}
	role := d.executionRole(property, loggerArgs)
	if role == "" {
		return
	}
	stream := ident.Arn(d.Scope, "logs", "log-group:"+group+":log-stream:")
	actions := []string{"logs:CreateLogStream", "logs:PutLogEvents"}
	if creates && d.World.Find(token.CloudwatchLogGroup, "name", group) == nil {
		actions = append([]string{"logs:CreateLogGroup"}, actions...)
	}
	for _, action := range actions {
		allowed := d.judge(property, role, policy.Request{Action: action, Resource: stream}, func(denial string) string {
			return loggerArgs + "failed to create Cloudwatch log stream: " + denial + " : exit status 1"
		}, "allow "+action+" on the log group's ARN with :* behind it in a policy of the execution role")
		if !allowed {
			return
		}
	}
}
