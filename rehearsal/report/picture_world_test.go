package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// drawn returns the picture of a world with the resources.
func drawn(t *testing.T, all ...made) Picture {
	t.Helper()
	world, _ := worldOf(t, all...)
	var picture Picture
	world.Look(func(view *standin.View) { picture = Draw(view, live.Paths(view)) })
	return picture
}

// inPicture returns the thing of the resource.
func inPicture(t *testing.T, p Picture, token, name string) Thing {
	t.Helper()
	for _, thing := range p.allThings() {
		if thing.Id == urnOf(token, name) {
			return thing
		}
	}
	require.Fail(t, name+" is not drawn")
	return Thing{}
}

func (p Picture) allThings() []Thing {
	all := slices.Clone(p.Things)
	for _, group := range p.Groups {
		all = append(all, Picture{Groups: group.Groups, Things: group.Things}.allThings()...)
	}
	return all
}

func TestLinksOfOneKindAreDrawnAsOne(t *testing.T) {
	t.Parallel()
	thing := func(id string) Thing { return Thing{Id: id, Lines: []string{id}} }
	p := Picture{
		Things: []Thing{thing("internet"), thing("files"), thing("pictures"), thing("logs")},
		Groups: []Group{{Id: "vpc", Groups: []Group{
			{Id: "app", Things: []Thing{thing("beat"), thing("web"), thing("worker"), thing("store")}},
			{Id: "data", Things: []Thing{thing("db")}},
		}}},
		Links: []Link{
			{From: "internet", To: "web", Label: "443"},
			{From: "web", To: "logs", Label: "logs", Loose: true},
			{From: "store", To: "internet", Label: "443"},
		},
	}
	for _, service := range []string{"beat", "web", "worker"} {
		p.Links = append(p.Links, Link{From: service, To: "db", Label: "5432"},
			Link{From: service, To: "store", Label: "6379"}, Link{From: service, To: "internet", Label: "443"},
			Link{From: service, To: "files", Label: "uses", Loose: true},
			Link{From: service, To: "pictures", Label: "uses", Loose: true})
	}
	p.merge()

	const users, buckets = "around beat web worker", "around files pictures"
	assert.ElementsMatch(t, []Link{
		{From: "internet", To: "web", Label: "443"},
		{From: "web", To: "logs", Label: "logs", Loose: true},
		{From: "app", To: "internet", Label: "443"},
		{From: users, To: "db", Label: "5432"},
		{From: users, To: "store", Label: "6379"},
		{From: users, To: buckets, Label: "uses", Loose: true},
		{From: "web", To: "beat", Hidden: true},
		{From: "web", To: "worker", Hidden: true},
	}, p.Links)
	app := p.Groups[0].Groups[0]
	require.Len(t, app.Groups, 1)
	assert.Equal(t, []Thing{thing("store")}, app.Things)
	assert.Equal(t, []Thing{thing("web"), thing("beat"), thing("worker")}, app.Groups[0].Things,
		"a line to web crosses none of the others")
	assert.Len(t, p.allThings(), 9, "nothing is lost")
}

func TestLinksOfDifferentGroupsStayApart(t *testing.T) {
	t.Parallel()
	thing := func(id string) Thing { return Thing{Id: id} }
	links := []Link{
		{From: "a", To: "c"},
		{From: "b", To: "c"},
		{From: "a", To: "d", Label: "80"},
		{From: "b", To: "d", Label: "81"},
	}
	p := Picture{
		Groups: []Group{{Id: "one", Things: []Thing{thing("a")}}, {Id: "two", Things: []Thing{thing("b")}}},
		Things: []Thing{thing("c"), thing("d")}, Links: slices.Clone(links),
	}
	p.merge()
	assert.Equal(t, links, p.Links)

	// A group cannot be linked with a thing in it.
	p = Picture{
		Groups: []Group{{Id: "one", Things: []Thing{thing("a"), thing("b"), thing("c")}}},
		Links:  []Link{{From: "a", To: "c"}, {From: "b", To: "c"}},
	}
	p.merge()
	assert.Equal(t, []Link{{From: "around a b", To: "c"}}, p.Links)
	assert.Equal(t, []Thing{thing("c")}, p.Groups[0].Things)
}

func TestTheInternetIsDrawnOnceAndNatGatewaysOfATierTogether(t *testing.T) {
	t.Parallel()
	p := modelOf(t, shop(t)...).Picture
	outside := 0
	for _, thing := range p.Things {
		if thing.Form == FormOutside {
			outside++
		}
	}
	assert.Equal(t, 1, outside)

	var tier tier
	d := &drawing{merged: map[string]string{}}
	world, _ := worldOf(t, made{token: natGatewayType, name: "nat-b", id: "n2"},
		made{token: natGatewayType, name: "nat-a", id: "n1"})
	world.Look(func(view *standin.View) {
		d.view = view
		for _, r := range byName(view.Live(natGatewayType)) {
			tier.add(d, r)
		}
	})
	require.Len(t, tier.things, 1)
	assert.Equal(t, []string{"nat-a", "nat-b", "NAT gateways"}, tier.things[0].Lines)
	assert.Len(t, d.merged, 2)
}

func TestThePictureNamesTheOwnerOfEachKey(t *testing.T) {
	t.Parallel()
	const keyArn = "arn:aws:kms:ap-south-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	const foreign = "arn:aws:kms:ap-south-1:123456789012:key/99999999-12ab-34cd-56ef-1234567890ab"
	key := made{token: token.KmsKey, name: "data", id: "1234abcd", more: props{"arn": keyArn}}
	encryption := func(rule props) made {
		return made{
			token: token.S3BucketServerSideEncryptionConfigurationV2, name: "files", id: "files",
			inputs: props{"bucket": "files", "rules": []any{props{"applyServerSideEncryptionByDefault": rule}}},
		}
	}
	bucket := made{token: bucketType, name: "files", id: "files", inputs: props{"bucket": "files"}}
	vault := func(key string) made {
		inputs := props{"name": "vault"}
		if key != "" {
			inputs["kmsKeyArn"] = key
		}
		return made{token: vaultType, name: "files", id: "vault", inputs: inputs}
	}
	for _, row := range []struct {
		all  []made
		want KeyOwner
		line string
	}{
		{[]made{bucket}, AwsKey, "AWS's key"},
		{[]made{bucket, encryption(props{"sseAlgorithm": "AES256"})}, AwsKey, "AWS's key"},
		{[]made{bucket, encryption(props{"sseAlgorithm": "aws:kms"})}, AwsKey, "AWS's key"},
		{[]made{bucket, key, encryption(props{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": keyArn})}, OwnKey, "key data"},
		{
			[]made{bucket, encryption(props{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": foreign})},
			OwnKey,
			"key of the account",
		},
		{[]made{vault("")}, AwsKey, "AWS's key"},
		{[]made{vault(keyArn), key}, OwnKey, "key data"},
	} {
		thing := inPicture(t, drawn(t, row.all...), row.all[0].token, "files")
		assert.Equal(t, row.want, thing.Key, row.line)
		assert.Contains(t, thing.Lines, row.line)
	}
	for _, row := range []struct {
		inputs props
		want   KeyOwner
	}{
		{props{"storageEncrypted": false}, NoKey},
		{props{"storageEncrypted": true}, AwsKey},
		{props{"storageEncrypted": true, "kmsKeyId": keyArn}, OwnKey},
	} {
		world, _ := worldOf(t, key, made{token: databaseType, name: "db", id: "db", inputs: row.inputs})
		world.Look(func(view *standin.View) {
			d := &drawing{view: view}
			assert.Equal(t, row.want, d.keyOf(view.Live(databaseType)[0]), "%v", row.inputs)
			assert.Empty(t, d.keyOf(&standin.Resource{Token: serviceType}))
		})
	}
}

// A restored database has the key of its source, which its inputs do not name.
func TestThePictureShowsTheKeyOfARestoredDatabase(t *testing.T) {
	t.Parallel()
	const prefix = "arn:aws:kms:ap-south-1:123456789012:key/"
	const own, central, unnamed = prefix + "own", prefix + "central", prefix + "unnamed"
	others := []made{
		{token: token.KmsKey, name: "data", id: "own", more: props{"arn": own}},
		{token: token.CloudwatchLogGroup, name: "web", id: "web", inputs: props{"kmsKeyId": central}},
		{
			token: databaseType, name: "db", id: "db", inputs: props{"storageEncrypted": true},
			more: props{"kmsKeyId": unnamed},
		},
	}
	toTime := props{"storageEncrypted": true, "restoreToPointInTime": props{"sourceDbInstanceIdentifier": "db"}}
	snapshot := props{"storageEncrypted": true, "snapshotIdentifier": "before"}
	for name, row := range map[string]struct {
		inputs props
		key    string
		want   KeyOwner
		line   string
	}{
		"the stack's":            {inputs: toTime, key: own, want: OwnKey, line: "key data"},
		"the account's":          {inputs: toTime, key: central, want: OwnKey, line: "key of the account"},
		"AWS's":                  {inputs: toTime, want: AwsKey, line: "AWS's key"},
		"perhaps AWS's":          {inputs: toTime, key: unnamed, want: UnknownKey, line: "the key of its source"},
		"of a snapshot":          {inputs: snapshot, want: UnknownKey, line: "the key of its snapshot"},
		"of a snapshot, known":   {inputs: snapshot, key: own, want: OwnKey, line: "key data"},
		"not restored, as AWS's": {inputs: props{"storageEncrypted": true}, key: unnamed, want: AwsKey, line: "AWS's key"},
	} {
		restored := made{
			token: databaseType, name: "db-after", id: "db-after", inputs: row.inputs, more: props{"kmsKeyId": row.key},
		}
		world, _ := worldOf(t, append(slices.Clone(others), restored)...)
		world.Look(func(view *standin.View) {
			d, database := &drawing{view: view}, view.Find(databaseType, "id", "db-after")
			assert.Equal(t, row.want, d.keyOf(database), name)
			assert.Contains(t, d.safety(database), row.line, name)
		})
	}
}

func TestThePictureShowsWhatIsPublic(t *testing.T) {
	t.Parallel()
	bucket := made{token: bucketType, name: "photos", id: "photos", inputs: props{"bucket": "photos"}}
	policy := made{token: token.S3BucketPolicy, name: "photos", id: "photos", inputs: props{
		"bucket": "photos",
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",` +
			`"Resource":["arn:aws:s3:::photos/covers/*","arn:aws:s3:::photos/avatars/*"]}]}`,
	}}
	thing := inPicture(t, drawn(t, bucket, policy), bucketType, "photos")
	assert.True(t, thing.Public)
	assert.Contains(t, thing.Lines, "public: avatars/*, covers/*")
	block := made{
		token: token.S3BucketPublicAccessBlock, name: "photos", id: "photos",
		inputs: props{"bucket": "photos", "restrictPublicBuckets": true},
	}
	thing = inPicture(t, drawn(t, bucket, policy, block), bucketType, "photos")
	assert.False(t, thing.Public)
	assert.NotContains(t, strings.Join(thing.Lines, " "), "public")
}

func TestThePictureShowsWhereBackupsAndCopiesAre(t *testing.T) {
	t.Parallel()
	const abroad = "arn:aws:backup:ap-southeast-1:210987654321:backup-vault:elsewhere"
	bucket := func(name string) made {
		return made{
			token: bucketType, name: name, id: name, inputs: props{"bucket": name}, more: props{"arn": "arn:aws:s3:::" + name},
		}
	}
	p := drawn(t, bucket("files"), bucket("pictures"), bucket("logs"),
		made{token: vaultType, name: "home", id: "home", inputs: props{"name": "home"}},
		made{token: token.BackupPlan, name: "daily", id: "plan", inputs: props{"rules": []any{props{
			"targetVaultName": "home", "copyActions": []any{props{"destinationVaultArn": abroad}},
		}}}},
		made{token: token.BackupSelection, name: "data", id: "selection", inputs: props{
			"planId": "plan", "resources": []any{"arn:aws:s3:::files", "arn:aws:s3:::pictures"},
		}},
		made{token: token.S3BucketLoggingV2, name: "files", id: "files", inputs: props{
			"bucket": "files", "targetBucket": "logs", "targetPrefix": "files/",
		}},
	)
	home, copied := urnOf(vaultType, "home"), "vault "+abroad
	assert.ElementsMatch(t, []Link{
		{
			From: aroundPrefix + urnOf(bucketType, "files") + " " + urnOf(bucketType, "pictures"), To: home,
			Label: "backups", Loose: true,
		},
		{From: home, To: copied, Label: "copies", Loose: true},
		{From: urnOf(bucketType, "files"), To: urnOf(bucketType, "logs"), Label: "access logs", Loose: true},
	}, p.Links)
	at := slices.IndexFunc(p.Things, func(thing Thing) bool { return thing.Id == copied })
	require.GreaterOrEqual(t, at, 0)
	assert.Equal(t, []string{"elsewhere", "backup vault", "in ap-southeast-1", "account 210987654321"}, p.Things[at].Lines)
	assert.Equal(t, UnknownKey, p.Things[at].Key)
	assert.Equal(t, "Blue: encrypted with a key of AWS. Gray: outside of this stack, or encrypted with a key that is "+
		"not known. Dotted arrow: use of a bucket, or logs and backups, which no security group allows or refuses. An "+
		"arrow at the edge of a frame: the same for everything in it.", p.Legend())
}
