using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Tools;

public sealed class VendorToolTests : CloudTest
{
    /// <summary>The tool is older than the document, and sends more than it allows.</summary>
    protected override SimulatorOptions Options => new() { ValidateRequests = false };

    [VendorToolFact]
    public async Task The_vendors_own_tool_makes_uses_and_removes_a_server()
    {
        await HcloudAsync("placement-group create --name group --type spread");
        await HcloudAsync("network create --name net --ip-range 10.0.0.0/16");
        await HcloudAsync("network add-subnet net --type cloud --network-zone eu-central --ip-range 10.0.1.0/24");
        await HcloudAsync("firewall create --name fw");
        await HcloudAsync("firewall add-rule fw --direction in --protocol tcp --port 22 --source-ips 0.0.0.0/0");

        (await HcloudAsync("server create --name first --type cx23 --image debian-12 --location fsn1 --firewall fw --network net --placement-group group --label a=b")).ShouldContain("198.18.0.1");

        (await HcloudAsync("server list -l a=b -o columns=name,status,ipv4 -o noheader")).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(["first", "running", "198.18.0.1"]);
        await HcloudAsync("server poweroff first");
        (await HcloudAsync("server create-image first --type snapshot --description golden")).ShouldContain("created from server");
        (await HcloudAsync("image list --type snapshot")).ShouldContain("golden");
        await HcloudAsync("server delete first");
        (await HcloudAsync("server list -o noheader")).Trim().ShouldBeEmpty();
        (await HcloudAsync("primary-ip list -o noheader")).Trim().ShouldBeEmpty();
        await HcloudAsync("firewall delete fw");
    }

    private Task<string> HcloudAsync(string arguments) => Tool.RunAsync(
        "hcloud",
        arguments.Split(' '),
        ("HCLOUD_ENDPOINT", $"{Cloud.Address}"),
        ("HCLOUD_TOKEN", Cloud.Token),
        ("HCLOUD_CONFIG", "/dev/null"));
}
