using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Servers.Machines;
using MediatR;

namespace ControlPlane.Servers;

/// <summary>What machines may be bought, the first choice first, and what each costs now.</summary>
[Requires(Role.Viewer)]
public sealed record ListOffers : Query<ListOffers.Answer>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListOffers, Answer>("/servers/offers");

    /// <param name="Monthly">With its address, without VAT; null where nothing is paid.</param>
    public sealed record Offer(string ServerType, string Region, decimal? Monthly, decimal? Hourly, string? Currency);

    public sealed record Answer(IReadOnlyList<Offer> Items);

    internal sealed class Handler(IMachineProvider machines) : IRequestHandler<ListOffers, Answer>
    {
        public async Task<Answer> Handle(ListOffers request, CancellationToken cancellationToken)
        {
            var offers = new List<Offer>();
            foreach (var choice in machines.Choices(region: null))
            {
                var price = await machines.PriceAsync(choice, cancellationToken);
                offers.Add(new(choice.ServerType, choice.Location, price?.Monthly, price?.Hourly, price?.Currency));
            }

            return new(offers);
        }
    }
}
