"""The AWS services that a VPC endpoint may lead to, by the last part of com.amazonaws.<region>.<service>."""

import json

import sources

# Services whose endpoints are called otherwise than in botocore's endpoint data
# (https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html).
OTHERS = """
    airflow.api airflow.env airflow.ops analytics-omics appmesh-envoy-management apprunner.requests aps-workspaces
    awsconnector b2bi bedrock-agent bedrock-agent-runtime bedrock-runtime cassandra-streams cloudtrail codeartifact.api
    codeartifact.repositories codebuild codepipeline comprehendmedical control-storage-omics data-servicediscovery
    databrew dataexchange deviceadvisor.iot ec2messages ecr.api ecr.dkr ecs-agent ecs-telemetry eks-auth
    elasticbeanstalk-health elasticfilesystem email-smtp emr-serverless-services.livy emrwal.prod evidently
    evidently-dataplane execute-api forecast fsx git-codecommit glue.dashboard greengrass guardduty-data imagebuilder
    inspector-scan iot.credentials iot.data iot.fleethub.api iotwireless.api iotsitewise.api iotsitewise.data
    kinesis-firehose kinesis-streams lex.models lex.runtime license-manager lookoutmetrics lookoutvision lorawan.cups
    lorawan.lns macie2 managedblockchain.bitcoin.mainnet memory-db models-v2-lex neptune-graph neptune-graph-data
    notebook panorama pca-connector-ad pcs pinpoint-sms-voice-v2 private-networks qldb.session redshift-data
    rds-data redshift-serverless refactor-spaces rekognition-fips rum-dataplane runtime-v2-lex s3express
    s3-global.accesspoint sagemaker.api sagemaker.featurestore-runtime sagemaker.metrics sagemaker.runtime
    secretsmanager securityhub sms sms-voice ssm ssmmessages storage-omics studio sync-states tags-omics
    timestream.ingest-cell1 timestream.query-cell1 transcribe transcribestreaming transfer.server ts.ingest
    verifiedpermissions workflows-omics workspaces xray
"""


def document():
    """Returns the sorted names as JSON."""
    found = set(OTHERS.split())
    for partition in json.loads((sources.BOTOCORE / "endpoints.json").read_text())["partitions"]:
        for name in partition["services"]:
            # botocore writes api.ecr where an endpoint is called ecr.api.
            found |= {name, ".".join(reversed(name.split(".")))}
    return "[\n" + ",\n".join(json.dumps(name) for name in sorted(found)) + "\n]\n"
