package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// prefixes are the IAM prefixes of the services (https://docs.aws.amazon.com/service-authorization/latest/reference/).
var prefixes = map[string]string{"ECS": "ecs", "CloudWatch Logs": "logs"}

// explainRunError explains an error that ends the whole run. It mentions the time limit if that is the reason.
func explainRunError(err error, timeout time.Duration) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %v; try again, or with a longer --timeout (%w)", timeout, explainError(err))
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted")
	}
	return explainError(err)
}

// explainError adds the remedy to an error of AWS.
func explainError(err error) error {
	operation, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return err
	}
	action := fmt.Sprintf("%s:%s", prefixes[operation.Service()], operation.Operation())
	api, ok := errors.AsType[smithy.APIError](err)
	switch {
	case !ok:
		return fmt.Errorf("%s: %w", action, operation.Unwrap())
	case strings.HasPrefix(api.ErrorCode(), "AccessDenied"):
		return fmt.Errorf("access denied: allow this identity %s (%s)", action, api.ErrorMessage())
	case isThrottled(err):
		return fmt.Errorf("AWS throttled %s in all %d attempts; try again later (%s)", action, attempts, api.ErrorCode())
	case isStale(api.ErrorCode()):
		return fmt.Errorf("%s: AWS rejected the credentials; sign in again (%s: %s)", action, api.ErrorCode(),
			api.ErrorMessage())
	}
	return fmt.Errorf("%s: %s: %s", action, api.ErrorCode(), api.ErrorMessage())
}

func isThrottled(err error) bool {
	return retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}.IsErrorThrottle(err) == aws.TrueTernary
}

// isStale reports whether the error code means that the credentials are invalid or expired
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html).
func isStale(code string) bool {
	switch code {
	case "ExpiredToken",
		"ExpiredTokenException",
		"UnrecognizedClientException",
		"InvalidClientTokenId",
		"InvalidSignatureException",
		"IncompleteSignature",
		"NotAuthorized",
		"MissingAuthenticationToken":
		return true
	}
	return false
}
