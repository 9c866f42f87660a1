"""A gRPC app without a sidecar. It reads the headers of each call from a line, and prints the answer.

Its argument is the target of the calls. Like every gRPC client, it finds its control plane by GRPC_XDS_BOOTSTRAP.
"""

import sys

import grpc

PATIENCE_SECONDS = 40


def call(check, headers):
    try:
        _, done = check.with_call(b"", metadata=headers, timeout=PATIENCE_SECONDS)
    except grpc.RpcError as error:
        return f"{error.code().name} {error.details()}"
    return "OK " + dict(done.initial_metadata())["app-seen"]


def main(target):
    with grpc.insecure_channel(target) as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        for line in sys.stdin:
            headers = [tuple(header.split("=", 1)) for header in line.split()]
            print(call(check, headers).replace("\n", " "), flush=True)


main(sys.argv[1])
