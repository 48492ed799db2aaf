"""Two people want to meet; an AI knows the weather. What can it do for them, and to them?"""

from persuasion import Game

rain, sun = 0, 2
ann = [[[10, 0], [0, 9 * weather]] for weather in (rain, sun)]  # [state][Ann's action][Bob's action]
bob = [[[9, 0], [0, 10 * weather]] for weather in (rain, sun)]
game = Game(["1/2", "1/2"], [ann, bob], players=["Ann", "Bob"], actions=[["opera", "football"]] * 2)
print(game.solve().summary())
print("alone:", [tuple(map(str, one.payoffs)) for one in game.equilibria()])
print("at worst:", game.replace(goal="min").solve().upper)
print(game.payoff_set().solve().summary())
