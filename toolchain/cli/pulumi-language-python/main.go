// pulumi-language-python lets Pulumi's engine run Python programs, providers and policy packs.
//
// The engine starts it with its own address as the last argument and reads the port that it listens on from the
// first line of its output.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

func main() {
	if len(os.Args) < 2 || strings.HasPrefix(os.Args[len(os.Args)-1], "-") {
		fmt.Fprintln(os.Stderr, "pulumi-language-python is started by the pulumi command, not by hand")
		os.Exit(2)
	}
	host := &languageHost{engine: os.Args[len(os.Args)-1]}
	go host.endWithParent(os.Getppid())

	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(s *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(s, host)
			return nil
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(server.Port)
	if err := <-server.Done; err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// endWithParent ends everything once the engine is gone: a killed engine cannot say goodbye, and what a provider
// does after that would be recorded nowhere. The broken connection ends the children too, but perhaps later than
// this process ends.
func (h *languageHost) endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(500 * time.Millisecond)
	}
	h.programs.end()
	h.plugins.end()
	os.Exit(1)
}
