package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const (
	postgresPort = 5432
	// passwordLength fits RDS's 8 to 128 characters; 32 letters and digits cannot be guessed
	// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
	passwordLength = 32
)

// Postgres is an RDS PostgreSQL database in data subnets. It is encrypted, has daily backups, and accepts only TLS
// connections of the services that connect to it. Its generated password has letters and digits only, so that it can be
// part of a URL.
type Postgres struct {
	pulumi.ResourceState

	// Identifier is the instance's identifier, by which CloudWatch and the CLI know it.
	Identifier pulumi.StringOutput `pulumi:"identifier"`
	// Arn is the instance's ARN.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// Address is the host name, without the port.
	Address pulumi.StringOutput `pulumi:"address"`
	// Port is the TCP port.
	Port pulumi.IntOutput `pulumi:"port"`
	// DatabaseName is the database's name.
	DatabaseName pulumi.StringOutput `pulumi:"databaseName"`
	// Username is the owner's name.
	Username pulumi.StringOutput `pulumi:"username"`
	// Password is the owner's password. Secret.
	Password pulumi.StringOutput `pulumi:"password"`
	// DatabaseUrl is the address with user and password, postgres://…?sslmode=require. Secret.
	DatabaseUrl pulumi.StringOutput `pulumi:"databaseUrl"`
	// SecurityGroupId is the database's security group.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// Connection is the database as a destination of services.
	Connection Connection `pulumi:"connection"`
}

// NewPostgres checks args and creates the database. It returns an error and registers nothing if args is nil or
// invalid.
func NewPostgres(
	ctx *pulumi.Context, name string, args *PostgresArgs, opts ...pulumi.ResourceOption,
) (*Postgres, error) {
	a := args.withDefaults()
	postgres := &Postgres{}
	c, err := register(ctx, "Postgres", name, postgres, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	b := &postgresBuilder{component: c, args: a, postgres: postgres}
	return postgres, b.build(b.createNetwork, b.createParameters, b.createPassword, b.createMonitoring, b.createInstances,
		b.setOutputs)
}

// PostgresConnection returns the Connection of a database on port 5432, such as an existing one.
func PostgresConnection(address, securityGroupId pulumi.StringInput) Connection {
	return Connection{
		SecurityGroupId: securityGroupId,
		Port:            pulumi.Int(postgresPort),
		Fingerprint:     pulumi.Sprintf("%s:%d", address, postgresPort),
	}
}

// Database returns the address and credentials for Care.
func (p *Postgres) Database() CareDatabase {
	return NewCareDatabase(p.Address, p.DatabaseName, p.Username, p.Password)
}

type postgresBuilder struct {
	*component
	args     PostgresArgs
	postgres *Postgres

	group      *ec2.SecurityGroup
	subnets    *rds.SubnetGroup
	parameters *rds.ParameterGroup
	password   pulumi.StringOutput
	// suffix ends the names that must be unique.
	suffix pulumi.StringOutput
	// instance is the database in use.
	instance *rds.Instance
	// monitoringRoleArn is nil without enhanced monitoring.
	monitoringRoleArn pulumi.StringInput
}

func (b *postgresBuilder) createNetwork() error {
	group, err := b.securityGroup("sg", b.args.VpcId, "Database "+b.name)
	if err != nil {
		return err
	}
	subnets, err := rds.NewSubnetGroup(b.ctx, b.name, &rds.SubnetGroupArgs{
		SubnetIds: b.args.SubnetIds, Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create subnet group: %w", err)
	}
	b.group, b.subnets = group, subnets
	return nil
}

// createParameters creates a parameter group with which the server refuses connections without TLS
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html).
func (b *postgresBuilder) createParameters() error {
	family := "postgres" + rule.Major(b.args.EngineVersion)
	parameters, err := rds.NewParameterGroup(b.ctx, b.child(family), &rds.ParameterGroupArgs{
		Family: pulumi.String(family),
		Parameters: rds.ParameterGroupParameterArray{&rds.ParameterGroupParameterArgs{
			Name: pulumi.String("rds.force_ssl"), Value: pulumi.String("1"),
		}},
		Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create parameter group: %w", err)
	}
	b.parameters = parameters
	return nil
}

func (b *postgresBuilder) createPassword() error {
	if b.args.Password != nil {
		b.password = pulumi.ToSecret(b.args.Password).(pulumi.StringOutput)
		return nil
	}
	password, err := random.NewRandomPassword(b.ctx, b.child("password"), &random.RandomPasswordArgs{
		Length: pulumi.Int(passwordLength), Special: pulumi.Bool(false),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("generate password: %w", err)
	}
	b.password = password.Result
	return nil
}

func (b *postgresBuilder) setOutputs() error {
	p := b.postgres
	p.Identifier = b.instance.Identifier
	p.Arn = b.instance.Arn
	p.Address = b.instance.Address
	p.Port = b.instance.Port
	p.DatabaseName, p.Username = b.instance.DbName, b.instance.Username
	if b.args.Restore != nil {
		p.DatabaseName = pulumi.String(b.args.DatabaseName).ToStringOutput()
		p.Username = pulumi.String(b.args.Username).ToStringOutput()
	}
	p.Password = b.password
	p.SecurityGroupId = b.group.ID().ToStringOutput()
	p.Connection = PostgresConnection(p.Address, p.SecurityGroupId)
	p.DatabaseUrl = databaseUrl(p.Address, p.DatabaseName, p.Username, p.Password)
	return nil
}
