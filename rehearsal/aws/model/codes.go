package model

import "strings"

// codes are the errors with which each API refuses a value that breaks its model. Types come before modules.
var codes = map[string]string{
	"acm": "ValidationException", "appautoscaling": "ValidationException",
	"backup": "InvalidParameterValueException", "cloudwatch": "ValidationError",
	"ec2": "InvalidParameterValue", "ecr": "InvalidParameterException", "ecs": "InvalidParameterException",
	"efs":         "ValidationException",
	"elasticache": "InvalidParameterValue", "iam": "ValidationError", "kms": "ValidationException",
	"lb": "ValidationError", "rds": "InvalidParameterValue", "route53": "InvalidInput", "s3": "InvalidArgument",
	"scheduler": "ValidationException", "secretsmanager": "InvalidParameterException", "servicediscovery": "InvalidInput",
	"sns": "InvalidParameter", "ssm": "ValidationException", "vpc": "InvalidParameterValue",
	"wafv2": "WAFInvalidParameterException",

	"cloudwatch/eventRule:EventRule":             "ValidationException",
	"cloudwatch/eventTarget:EventTarget":         "ValidationException",
	"cloudwatch/logGroup:LogGroup":               "InvalidParameterException",
	"cloudwatch/logMetricFilter:LogMetricFilter": "InvalidParameterException",
	"ecs/taskDefinition:TaskDefinition":          "ClientException",
}

func codeOf(token string) string {
	if code, ok := codes[token]; ok {
		return code
	}
	module, _, _ := strings.Cut(token, "/")
	if code, ok := codes[module]; ok {
		return code
	}
	return "InvalidParameterValue"
}

// enumCodes are the errors for a value outside of an enumeration, where the API has another one for it.
var enumCodes = map[string]string{"s3": "MalformedXML", "route53": "InvalidChangeBatch"}

func (c *Constraint) code() string {
	module, _, _ := strings.Cut(c.Type, "/")
	if code, ok := enumCodes[module]; ok && len(c.Enum) > 0 {
		return code
	}
	return codeOf(c.Type)
}
