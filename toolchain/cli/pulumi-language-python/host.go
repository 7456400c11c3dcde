package main

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// languageHost answers the engine. What it does not serve answers "unimplemented", which the engine allows for.
type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engine   string
	programs children
	plugins  children
}

func (h *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// Cancel ends programs only. A provider in the middle of a create has to finish, or the engine cannot record what
// exists; it gets its own Cancel from the engine.
func (h *languageHost) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.programs.end()
	return &emptypb.Empty{}, nil
}

// InstallDependencies has nothing to do: the virtualenv is made before the engine starts.
func (h *languageHost) InstallDependencies(
	*pulumirpc.InstallDependenciesRequest, grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	return nil
}
