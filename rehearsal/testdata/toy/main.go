// Command toy is the smallest program that has a configuration, a secret and a resource.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const longestGreeting = 30

type thing struct {
	pulumi.CustomResourceState

	Greeting pulumi.StringOutput `pulumi:"greeting"`
	Address  pulumi.StringOutput `pulumi:"address"`
}

func main() {
	if os.Getenv("TOY_MOOD") == "stubborn" {
		signal.Ignore(os.Interrupt, syscall.SIGTERM)
		time.Sleep(time.Hour)
	}
	pulumi.Run(func(ctx *pulumi.Context) error {
		greeting, _ := ctx.GetConfig("toy:greeting")
		kind, _ := ctx.GetConfig("toy:kind")
		plain, _ := ctx.GetConfig("toy:token")
		token := pulumi.ToSecret(pulumi.String(plain))
		directory, err := os.Getwd()
		if err != nil {
			return err
		}
		fmt.Println("the toy works in", directory)
		if greeting == "refuse" {
			return fmt.Errorf("greeting must not be %q", greeting)
		}
		if len(greeting) > longestGreeting {
			return fmt.Errorf("toy:greeting = %q: must be at most %d characters", greeting, longestGreeting)
		}
		made := &thing{}
		err = ctx.RegisterResource("fake:index:Thing", "thing", pulumi.Map{
			"greeting": pulumi.String(greeting),
			"kind":     pulumi.String(kind),
			"token":    token,
		}, made)
		if err != nil {
			return err
		}
		ctx.Export("address", made.Address)
		ctx.Export("token", token)
		ctx.Export("credentials", pulumi.String(os.Getenv("AWS_SECRET_ACCESS_KEY")))
		ctx.Export("configuration", pulumi.ToSecret(pulumi.ToStringMap(configuration())))
		ctx.Export("secretKeys", pulumi.ToStringArray(secretKeys(ctx)))
		ctx.Export("mood", pulumi.String(os.Getenv("TOY_MOOD")))
		return nil
	})
}

// secretKeys are the keys that the engine hands over as secrets.
func secretKeys(ctx *pulumi.Context) []string {
	secret := []string{}
	for _, key := range slices.Sorted(maps.Keys(configuration())) {
		if ctx.IsConfigSecret(key) {
			secret = append(secret, key)
		}
	}
	return secret
}

// configuration is everything that the engine hands over, as it hands it over.
func configuration() map[string]string {
	values := map[string]string{}
	if err := json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &values); err != nil {
		return map[string]string{"error": err.Error()}
	}
	return values
}
