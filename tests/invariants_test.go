package tests

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

var update = flag.Bool("update", false, "write the golden files")

// forEverySubject runs a check on every component.
func forEverySubject(t *testing.T, check func(t *testing.T, s subject)) {
	t.Helper()
	for _, s := range subjects() {
		t.Run(strings.TrimSpace(s.kind+" "+s.variant), func(t *testing.T) {
			t.Parallel()
			check(t, s)
		})
	}
}

// made runs a program that makes one subject with the name "one".
func (s subject) made(tb testing.TB, tags map[string]string, opts ...pulumi.ResourceOption) *pulumitest.Result {
	tb.Helper()
	result, _ := run(tb, func(ctx *pulumi.Context) (pulumi.Resource, error) { return s.create(ctx, "one", tags, opts...) })
	return result
}

func (s subject) token() string { return "care:index:" + s.kind }

func TestEverySubjectIsThere(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, s := range subjects() {
		kinds[s.kind] = true
	}
	assert.Equal(t, constructors(t), slices.Sorted(maps.Keys(kinds)),
		"every constructor of package components has its invariants")
}

func TestNilArgsRegisterNothing(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		result := pulumitest.Run(s.createNil)
		require.ErrorContains(t, result.Err, s.token()+` "one": args = null: is required`)
		assert.Empty(t, result.Resources)
	})
}

func TestWrongArgsRegisterNothingAndSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		for words, create := range s.wrong {
			result := pulumitest.Run(func(ctx *pulumi.Context) error { return create(ctx, "one") })
			if assert.Error(t, result.Err, words) {
				assert.Contains(t, strings.ToLower(result.Err.Error()), strings.ToLower(words))
				assert.Contains(t, result.Err.Error(), s.token()+` "one": `)
			}
			assert.Empty(t, result.Resources, "%s: something was registered", words)
		}
	})
}

func TestWrongNamesRegisterNothing(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		for _, name := range []string{"", "Care", "care_1", "1care", "care-", "a--b", "care app", strings.Repeat("a", 21)} {
			result := pulumitest.Run(func(ctx *pulumi.Context) error {
				_, err := s.create(ctx, name, nil)
				return err
			})
			require.Error(t, result.Err, "%q", name)
			assert.Empty(t, result.Resources, "%q: something was registered", name)
		}
	})
}

func TestLongestNameWorks(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		name := strings.Repeat("a", 20)
		result, _ := run(t, func(ctx *pulumi.Context) (pulumi.Resource, error) { return s.create(ctx, name, nil) })
		for _, kind := range []string{"aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"} {
			for _, registered := range result.OfType(kind) {
				assert.LessOrEqual(t, len(registered.State["name"].StringValue()), 32, registered.Path())
			}
		}
	})
}

func TestEveryChildDescendsFromItsComponentAndBearsItsName(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		result := s.made(t, nil)
		require.Greater(t, len(result.Resources), 1)
		assert.Equal(t, s.token(), result.Resources[0].Type)
		assert.Equal(t, "one", result.Resources[0].Name)
		for _, child := range result.Resources[1:] {
			assert.True(t, strings.HasPrefix(child.Path(), s.token()+"$"), child.Path())
			assert.True(t, child.Name == "one" || strings.HasPrefix(child.Name, "one-"), child.Path())
		}
	})
}

func TestTwoInstancesCoexist(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		one := len(s.made(t, nil).Resources)
		result := pulumitest.Run(func(ctx *pulumi.Context) error {
			if _, err := s.create(ctx, "one", nil); err != nil {
				return err
			}
			_, err := s.create(ctx, "two", nil)
			return err
		})
		if s.kind == "GithubDeployRoles" && s.variant == "" {
			require.ErrorContains(t, result.Err, "an identity provider's URL is unique in the account")
			return
		}
		require.NoError(t, result.Err)
		assert.Len(t, result.Resources, 2*one)
		names := map[string]bool{}
		for _, registered := range result.Resources {
			// A name of DNS is the domain's, and not the resource's.
			if name := registered.PhysicalName(); name != "" && registered.Type != "aws:route53/record:Record" {
				key := registered.Type + " " + name
				assert.False(t, names[key], "%s is there twice", key)
				names[key] = true
			}
		}
	})
}

func TestOptionsReachTheComponentAlone(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		result := s.made(t, nil, pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("old")}}),
			pulumi.IgnoreChanges([]string{"tags"}), pulumi.DeleteBeforeReplace(true), pulumi.RetainOnDelete(true))
		component := result.Resources[0]
		assert.Len(t, component.Options.GetAliases(), 1)
		assert.Equal(t, []string{"tags"}, component.Options.GetIgnoreChanges())
		plain := map[string]*pulumitest.Resource{}
		for _, registered := range s.made(t, nil).Resources {
			plain[registered.Path()] = registered
		}
		for _, child := range result.Resources[1:] {
			assert.Equal(t, plain[child.Path()].Options.GetAliases(), child.Options.GetAliases(), "the SDK's own: %s",
				child.Path())
			assert.Equal(t, plain[child.Path()].Options.GetIgnoreChanges(), child.Options.GetIgnoreChanges(), child.Path())
			assert.Equal(t, plain[child.Path()].Options.GetDeleteBeforeReplace(),
				child.Options.GetDeleteBeforeReplace(), child.Path())
		}
	})
}

func TestProtectionReachesEveryChild(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		for _, registered := range s.made(t, nil, pulumi.Protect(true)).Resources {
			assert.True(t, registered.Options.GetProtect(), registered.Path())
		}
		for _, registered := range s.made(t, nil).Resources {
			assert.False(t, registered.Options.GetProtect(), registered.Path())
		}
	})
}

// untaggable are the types of AWS that take no tags.
var untaggable = []string{
	"aws:acm/certificateValidation:", "aws:cloudwatch/dashboard:", "aws:cloudwatch/eventTarget:",
	"aws:cloudwatch/logMetricFilter:", "aws:appautoscaling/policy:", "aws:appautoscaling/scheduledAction:",
	"aws:cloudwatch/logMetricFilter:", "aws:backup/selection:", "aws:ec2/route:", "aws:ec2/routeTableAssociation:",
	"aws:ecs/clusterCapacityProviders:", "aws:efs/backupPolicy:", "aws:efs/fileSystemPolicy:", "aws:efs/mountTarget:",
	"aws:iam/accessKey:", "aws:iam/rolePolicy:", "aws:iam/rolePolicyAttachment:", "aws:iam/userPolicy:",
	"aws:route53/record:", "aws:s3/bucketCorsConfigurationV2:", "aws:s3/bucketLifecycleConfigurationV2:",
	"aws:s3/bucketLoggingV2:", "aws:s3/bucketOwnershipControls:", "aws:s3/bucketPolicy:", "aws:wafv2/webAclAssociation:",
	"aws:s3/bucketPublicAccessBlock:", "aws:s3/bucketServerSideEncryptionConfigurationV2:", "aws:s3/bucketVersioningV2:",
	"aws:scheduler/schedule:", "aws:sns/topicPolicy:", "aws:sns/topicSubscription:",
}

func TestTagsReachEveryTaggableChild(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		given := map[string]string{"team": "care", "stage": "test"}
		for _, child := range s.made(t, given).Resources {
			without := slices.ContainsFunc(untaggable, func(prefix string) bool { return strings.HasPrefix(child.Type, prefix) })
			if !strings.HasPrefix(child.Type, "aws:") || without {
				continue
			}
			require.True(t, s.taggable, "%s has no Tags, but %s takes some", s.kind, child.Type)
			assert.Equal(t, "care", child.Text("tags.team"), child.Path())
			assert.Equal(t, "test", child.Text("tags.stage"), child.Path())
		}
	})
}

func TestEveryOutputIsRegisteredOnce(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		result := s.made(t, nil)
		for _, component := range result.Components() {
			assert.Equal(t, 1, component.OutputRegistrations, component.Path())
		}
		names := []string{}
		for name, value := range result.Resources[0].Outputs {
			names = append(names, string(name))
			assert.False(t, value.IsNull() || value.IsComputed(), "%s of %s", name, s.kind)
			assert.False(t, value.IsString() && value.StringValue() == "", "%s of %s", name, s.kind)
		}
		assert.ElementsMatch(t, s.outputs, names)
	})
}

// registeredOutput is one output of a component in the golden file.
type registeredOutput struct {
	Name   string `json:"name"`
	Secret bool   `json:"secret,omitempty"`
}

// TestOutputsKeepTheirNamesAndSecrecy compares the outputs of every subject with a golden file: programs read them by
// name.
func TestOutputsKeepTheirNamesAndSecrecy(t *testing.T) {
	t.Parallel()
	outputs := map[string][]registeredOutput{}
	for _, s := range subjects() {
		result := s.made(t, nil)
		for name, value := range result.Resources[0].Outputs {
			key := strings.TrimSpace(s.kind + " " + s.variant)
			outputs[key] = append(outputs[key], registeredOutput{string(name), value.ContainsSecrets()})
		}
	}
	for _, list := range outputs {
		slices.SortFunc(list, func(a, b registeredOutput) int { return strings.Compare(a.Name, b.Name) })
	}
	got, err := json.MarshalIndent(outputs, "", "  ")
	require.NoError(t, err)
	path := filepath.Join("testdata", "outputs.golden")
	if *update {
		require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got), "go test ./tests -run %s -update writes the file", t.Name())
}

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		result := s.made(t, nil)
		secrets := result.SecretTexts()
		for _, registered := range result.Resources {
			outputs := &pulumitest.Resource{Inputs: registered.Outputs}
			for _, text := range append(registered.ClearTexts(), outputs.ClearTexts()...) {
				for hidden, source := range secrets {
					assert.NotContains(t, text, hidden, "%s shows a secret of %s", registered.Path(), source)
				}
			}
		}
	})
}

func TestPreviewsRegisterTheSameAsUpdates(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		preview, _ := run(t, func(ctx *pulumi.Context) (pulumi.Resource, error) { return s.create(ctx, "one", nil) },
			pulumitest.Preview())
		assert.Equal(t, s.made(t, nil).Paths(), preview.Paths())
		for _, registered := range preview.Resources {
			assert.Empty(t, registered.Id)
		}
	})
}

func TestTheFailureOfAnyChildSurfaces(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		counts := map[string]int{}
		for _, registered := range s.made(t, nil).Resources {
			counts[registered.Type]++
		}
		for token, count := range counts {
			for n := 1; n <= count; n++ {
				result := pulumitest.Run(func(ctx *pulumi.Context) error {
					_, err := s.create(ctx, "one", nil)
					return err
				}, pulumitest.FailNth(token, n))
				assert.ErrorContains(t, result.Err, pulumitest.Planted, "%s, number %d", token, n)
			}
		}
	})
}

func TestComponentsRegisterNoInputs(t *testing.T) {
	t.Parallel()
	forEverySubject(t, func(t *testing.T, s subject) {
		for _, component := range s.made(t, nil).Components() {
			assert.Equal(t, resource.PropertyMap{}, component.Inputs,
				"%s: an input among them would hold up all of its children", component.Path())
		}
	})
}
